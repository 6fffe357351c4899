/** An image that comes as bytes (because it needs a header, or is decrypted here), as what <Image> takes. */
import { useEffect, useState } from 'react';
import { request, type FailResult } from 'react-native-reqtask';
import { toBase64 } from './base64';

export interface LoadedImage {
  uri?: string;
  bytes?: number;
  message?: string;
}

/** Leaving the page, or another url, cancels. */
export function useImage(url: string): LoadedImage {
  const [image, setImage] = useState<LoadedImage>({});

  useEffect(() => {
    setImage({});
    const task = request<ArrayBuffer>({ url, responseType: 'arraybuffer', header: { accept: 'image/*' } });
    task.then(
      ({ data, statusCode, header }) => {
        if (statusCode !== 200) return setImage({ message: `the server answers ${statusCode}` });
        const type = header['content-type'] ?? 'image/png';
        setImage({ uri: `data:${type};base64,${toBase64(data)}`, bytes: data.byteLength });
      },
      ({ reason, errMsg }: FailResult) => {
        if (reason !== 'abort') setImage({ message: errMsg });
      },
    );
    return () => void task.abort();
  }, [url]);

  return image;
}
