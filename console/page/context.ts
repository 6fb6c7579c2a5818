import { createContext } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';
import type { About } from '../api-types.ts';
import { type Route, routeOf } from './model/route.ts';

const AboutContext = createContext<About | undefined>(undefined);
export const AboutProvider = AboutContext.Provider;

/** What the console looks at. */
export function useAbout(): About {
  const about = useContext(AboutContext);
  if (about === undefined) throw new Error('a view is shown before it is known what the console looks at');
  return about;
}

/** How often a view asks, in milliseconds. On AWS each question costs a little, and counts are minutes old anyway. */
export function usePace(): {
  readonly live: number;
  readonly list: number | undefined;
  readonly charts: number;
} {
  const { isLocal } = useAbout();
  return isLocal
    ? { live: 2_000, list: 2_000, charts: 5_000 }
    : { live: 5_000, list: undefined, charts: 60_000 };
}

/** The view that the address asks for; follows back and forward. */
export function useRoute(): Route {
  const [route, setRoute] = useState(() => routeOf(location.hash));
  useEffect(() => {
    const onChange = () => setRoute(routeOf(location.hash));
    addEventListener('hashchange', onChange);
    return () => removeEventListener('hashchange', onChange);
  }, []);
  return route;
}

/** The present time in epoch milliseconds; moves on each second, so that ages stay true. */
export function useNow(): number {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return nowMs;
}

/** Whether a media query holds. */
export function useMedia(query: string): boolean {
  const [matches, setMatches] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const list = matchMedia(query);
    const onChange = () => setMatches(list.matches);
    onChange();
    list.addEventListener('change', onChange);
    return () => list.removeEventListener('change', onChange);
  }, [query]);
  return matches;
}
