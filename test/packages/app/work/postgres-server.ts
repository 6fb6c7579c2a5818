import type { Socket } from 'node:net';

/** Serves a connection of a PostgreSQL client: accepts any user, and answers each query with one row, `answer = 42`. */
export function servePostgres(socket: Socket): void {
  const ready = message('Z', 'I');
  socket.once('data', () => {
    socket.write(Buffer.concat([message('R', uint32(0)), ready]));
    socket.on('data', (received) => {
      if (received[0] !== 'Q'.charCodeAt(0)) return;
      socket.write(
        Buffer.concat([
          // One column: its name, no table, type int4 of 4 bytes, as text.
          message(
            'T',
            uint16(1),
            'answer\0',
            uint32(0),
            uint16(0),
            uint32(23),
            uint16(4),
            uint32(0),
            uint16(0),
          ),
          message('D', uint16(1), uint32(2), '42'),
          message('C', 'SELECT 1\0'),
          ready,
        ]),
      );
    });
  });
}

function message(type: string, ...parts: (string | Buffer)[]): Buffer {
  const body = Buffer.concat(parts.map((part) => Buffer.from(part as string)));
  return Buffer.concat([Buffer.from(type), uint32(body.length + 4), body]);
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
