import { address, type FieldFault, Problem, type Query } from './http';

interface Answer {
  detail?: string;
  errors?: FieldFault[];
  requestId?: string;
}

/** Streams a file as the body of a POST, telling how much of it has been sent (0 to 1). */
export function upload<T>(path: string, query: Query, file: Blob, sent: (share: number) => void, type = 'application/octet-stream'): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', address(path, query));
    request.setRequestHeader('Content-Type', type);
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) sent(event.loaded / event.total);
    };
    request.onerror = () => reject(new Problem(0, 'offline'));
    request.onload = () => {
      const body = parse(request.responseText);
      if (request.status < 300) {
        resolve(body as T);
        return;
      }
      const fault = body as Answer;
      const id = fault.requestId ?? request.getResponseHeader('X-Request-Id') ?? '';
      reject(new Problem(request.status, fault.detail ?? request.statusText, fault.errors ?? [], id));
    };
    request.send(file);
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {}; // a proxy in between answered; the status says enough
  }
}
