declare module 'dynalite' {
  import type { Server } from 'node:http';

  export default function dynalite(options: {
    /** LevelDB folder; in memory without it. */
    path?: string;
    /** How long a new table stays in state CREATING. */
    createTableMs?: number;
  }): Server;
}
