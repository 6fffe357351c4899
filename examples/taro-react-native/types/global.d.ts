/** Taro's compiler takes these calls away. */
declare function defineAppConfig(config: import('@tarojs/taro').AppConfig): import('@tarojs/taro').AppConfig;
declare function definePageConfig(config: import('@tarojs/taro').PageConfig): import('@tarojs/taro').PageConfig;
