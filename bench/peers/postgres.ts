import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  endedWithUs,
  firstLineOf,
  IS_ROOT,
  installDebian,
  type NoServer,
  type OwnedServer,
  ownFolder,
  startOwned,
} from './owned-server.ts';

const DEBIAN = '/usr/lib/postgresql';
const CLUSTER_SETTINGS = '/etc/postgresql-common/createcluster.d';
const PLACES = ['/usr/local/bin', '/usr/bin', '/opt/homebrew/bin'];

/** PostgreSQL does not run as root. */
const USER = IS_ROOT ? 'postgres' : undefined;

/** A cluster of its own with PostgreSQL's defaults: a commit is on the disk before it is answered. */
export async function startPostgres(): Promise<OwnedServer | NoServer> {
  if (binFolder() === undefined) installWithoutCluster();
  const bin = binFolder();
  if (bin === undefined) {
    return { leftOut: 'there is no PostgreSQL here: install it, or run as root on Debian' };
  }
  const version = /[\d.]+/.exec(firstLineOf(join(bin, 'postgres'), ['--version']) ?? '')?.[0] ?? '';
  const folder = ownFolder('postgres');
  if (USER !== undefined) execFileSync('chown', [USER, folder]);
  const data = join(folder, 'data');
  const initdb = endedWithUs(
    [join(bin, 'initdb'), '-D', data, '-U', 'postgres', '--auth=trust', '--no-sync'],
    USER,
  );
  const [file, ...args] = initdb;
  execFileSync(file, args, { cwd: folder, stdio: ['ignore', 'ignore', 2] });
  return await startOwned({
    command: endedWithUs([join(bin, 'postgres'), '-D', data, '-k', folder, '-c', 'listen_addresses='], USER),
    folder,
    version: `PostgreSQL ${version}`,
    socket: folder,
    listensAt: join(folder, '.s.PGSQL.5432'),
    endBy: 'SIGINT',
  });
}

/** Debian's package would make and start a cluster of its own, which nobody asked for. */
function installWithoutCluster(): void {
  if (!IS_ROOT) return;
  mkdirSync(CLUSTER_SETTINGS, { recursive: true });
  writeFileSync(join(CLUSTER_SETTINGS, 'no-main-cluster.conf'), 'create_main_cluster = false\n');
  installDebian('postgresql');
}

function binFolder(): string | undefined {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN) : [];
  const newest = versions.toSorted((a, b) => Number(b) - Number(a)).map((one) => join(DEBIAN, one, 'bin'));
  return [...newest, ...PLACES].find((place) => existsSync(join(place, 'initdb')));
}
