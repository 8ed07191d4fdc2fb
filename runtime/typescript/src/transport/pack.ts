/** Bodies of requests as they are sent: compressed, where that pays and may be. */

/** Bytes from which on bodies are compressed. */
const PACKED_FROM = 1024;

/** The body of a request. */
export interface Body {
  readonly body: Uint8Array;
  /** Whether it is compressed. */
  readonly gzipped: boolean;
}

/**
 * A text as the body of a request.
 *
 * Scripts of web pages send it as it is: their browser asks the server first whether they may say how a body is encoded, and
 * CDF does not allow that.
 */
export async function bodyOf(text: string): Promise<Body> {
  const body = new TextEncoder().encode(text);
  const { CompressionStream: Packer, location } = globalThis as Partial<typeof globalThis>;
  if (body.byteLength < PACKED_FROM || !Packer || location) return { body, gzipped: false };
  const packer = new Packer("gzip");
  const writer = packer.writable.getWriter();
  const [packed] = await Promise.all([
    new Response(packer.readable).arrayBuffer(),
    writer.write(body).then(() => writer.close()),
  ]);
  return { body: new Uint8Array(packed), gzipped: true };
}
