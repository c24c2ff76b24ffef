import { existsSync, statSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface FileServer {
  /** Without a slash at the end. */
  readonly url: string;
  /** Path and range of each request. */
  readonly requests: { readonly path: string; readonly range: string | undefined }[];
  close(): void;
}

/** Runs `answer` for each request on a port of its own. */
export async function serve(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<FileServer> {
  const requests: FileServer["requests"] = [];
  const server = createServer((request, response) => {
    requests.push({ path: request.url ?? "", range: request.headers.range });
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Sends the start of a file, and breaks the connection when that has arrived in `file`. */
export function answerHalf(content: Uint8Array, file: string) {
  return (_request: IncomingMessage, response: ServerResponse): void => {
    response.writeHead(200, { "content-length": content.length });
    response.write(content.subarray(0, content.length >> 1));
    const arrival = setInterval(() => {
      if (!existsSync(file) || statSync(file).size === 0) return;
      clearInterval(arrival);
      response.destroy();
    }, 5);
  };
}

/** A server of one file that knows ranges. */
export function answerRanges(content: Uint8Array) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
    const size = content.length;
    if (start >= size) {
      response.writeHead(416, { "content-range": `bytes */${size}` }).end();
      return;
    }
    const isPart = request.headers.range !== undefined;
    const headers = { "content-length": size - start };
    if (isPart)
      response.writeHead(206, { ...headers, "content-range": `bytes ${start}-${size - 1}/${size}` });
    else response.writeHead(200, headers);
    response.end(content.subarray(start));
  };
}
