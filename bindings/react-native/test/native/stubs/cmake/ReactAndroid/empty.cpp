// What these libraries of React Native 0.73 hold is not called here.
