/**
 * The bytes behind a `{ uri, name, type }` part of a form: a picture that was picked (file:, on Android content:), or a data: URL.
 *
 * React Native's own XMLHttpRequest knows these schemes, but on Android only for a Blob, and only FileReader opens one. So the
 * bytes come through the bridge as base64, once; a form is whole in memory anyway before it is sent.
 */
interface NativeBlob {
  close?(): void;
}
interface NativeRequest {
  responseType: string;
  /** 0 or 200 for what is no http. */
  readonly status: number;
  readonly response: unknown;
  onload: (() => void) | null;
  onerror: (() => void) | null;
  open(method: string, url: string): void;
  send(): void;
}
interface NativeReader {
  readonly result: unknown;
  onload: (() => void) | null;
  onerror: (() => void) | null;
  readAsArrayBuffer(blob: NativeBlob): void;
}
declare const XMLHttpRequest: new () => NativeRequest;
declare const FileReader: new () => NativeReader;

/** Rejects with a TypeError that names the URI. */
export async function readUri(uri: string): Promise<ArrayBuffer> {
  const blob = await open(uri);
  try {
    return await read(uri, blob);
  } finally {
    blob.close?.();
  }
}

function open(uri: string): Promise<NativeBlob> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.responseType = 'blob';
    request.onload = () => {
      const { response, status } = request;
      // The page of a 404 is not the file.
      if (response && !(status >= 400)) resolve(response);
      else reject(unreadable(uri));
    };
    request.onerror = () => reject(unreadable(uri));
    request.open('GET', uri);
    request.send();
  });
}

function read(uri: string, blob: NativeBlob): Promise<ArrayBuffer> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result as ArrayBuffer);
    reader.onerror = () => reject(unreadable(uri));
    reader.readAsArrayBuffer(blob);
  });
}

function unreadable(uri: string): TypeError {
  return new TypeError(`React Native cannot read ${uri.slice(0, 200)}`);
}
