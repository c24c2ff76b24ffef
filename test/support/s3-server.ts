/** A bucket server that speaks as S3 does, as far as blocks need it, and checks signatures (AWS Signature Version 4). */
import { createHash, createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { buffer } from "node:stream/consumers";

/** The only key that it knows. */
export const KEY = {
  accessKeyId: "AKIDEXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
};

export class S3Server implements AsyncDisposable {
  /** By path: bucket and name. */
  readonly objects = new Map<string, Buffer>();
  readonly asked: string[] = [];
  /** Answers before those of objects; the status of a failure, undefined: none. */
  verdict: (method: string, path: string) => number | undefined = () => undefined;

  private constructor(private readonly server: Server) {}

  static async start(): Promise<S3Server> {
    const server = createServer(async (request, response) => {
      const body = await buffer(request);
      const { method = "", url = "" } = request;
      made.asked.push(`${method} ${url}`);
      const answer = (status: number, code: string) =>
        response.writeHead(status).end(`<?xml version="1.0"?><Error><Code>${code}</Code></Error>`);
      const failure = made.verdict(method, url);
      if (failure !== undefined) return answer(failure, "InternalError");
      if (!isSigned(request, body)) return answer(403, "SignatureDoesNotMatch");
      if (method === "PUT") {
        made.objects.set(url, body);
        return response.end();
      }
      const found = made.objects.get(url);
      return found === undefined ? answer(404, "NoSuchKey") : response.end(found);
    });
    const made = new S3Server(server);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return made;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as { port: number }).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
  }
}

const sha256 = (data: string | Buffer) => createHash("sha256").update(data).digest("hex");
const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();

function isSigned(request: IncomingMessage, body: Buffer): boolean {
  const { headers, method, url = "" } = request;
  const [, id, scope = "", names = "", signature] =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/([^,]+), SignedHeaders=([^,]+), Signature=(\w+)$/.exec(
      headers.authorization ?? "",
    ) ?? [];
  const sum = headers["x-amz-content-sha256"] as string;
  if (id !== KEY.accessKeyId || (sum !== "UNSIGNED-PAYLOAD" && sum !== sha256(body))) return false;
  const canonical = [
    method,
    url,
    "",
    ...names.split(";").map((name) => `${name}:${headers[name]}`),
    "",
    names,
    sum,
  ].join("\n");
  const [date = "", region = "", service = ""] = scope.split("/");
  const text = ["AWS4-HMAC-SHA256", headers["x-amz-date"], scope, sha256(canonical)].join("\n");
  const key = [date, region, service, "aws4_request"].reduce<string | Buffer>(
    hmac,
    `AWS4${KEY.secretAccessKey}`,
  );
  return hmac(key, text).toString("hex") === signature;
}
