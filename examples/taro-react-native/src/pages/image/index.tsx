import { Image, Text, View } from '@tarojs/components';
import Taro, { useUnload } from '@tarojs/taro';
import { useEffect, useRef, useState } from 'react';
import { SERVER } from '../../server';

export default function Picture() {
  const [src, setSrc] = useState('');
  const [status, setStatus] = useState('loading');
  const task = useRef<Taro.RequestTask<ArrayBuffer> | null>(null);

  useEffect(() => {
    task.current = Taro.request<ArrayBuffer>({
      url: `${SERVER}/picture.png`,
      responseType: 'arraybuffer',
      success: ({ data, statusCode, header }) => {
        if (statusCode !== 200) return setStatus(`the server answers ${statusCode}`);
        setSrc(`data:${header['content-type']};base64,${Taro.arrayBufferToBase64(data)}`);
        setStatus(`${data.byteLength} bytes`);
      },
      fail: ({ errMsg }) => setStatus(errMsg),
    });
  }, []);
  useUnload(() => task.current?.abort());

  return (
    <View>
      {src !== '' && <Image id="image" src={src} mode="aspectFit" />}
      <Text id="status">{status}</Text>
    </View>
  );
}
