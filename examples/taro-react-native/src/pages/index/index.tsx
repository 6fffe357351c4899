import { Button, View } from '@tarojs/components';
import Taro from '@tarojs/taro';

export default function Index() {
  return (
    <View>
      {['chat', 'download', 'image'].map((page) => (
        <Button key={page} onClick={() => Taro.navigateTo({ url: `/pages/${page}/index` })}>
          {page}
        </Button>
      ))}
    </View>
  );
}
