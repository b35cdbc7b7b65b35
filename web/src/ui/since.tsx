import { useNow } from './clock';
import { duration, secondsSince } from './format';

interface SinceProps {
  at: string | null | undefined;
}

/** Time passed since an instant, ticking; of fixed width, so that nothing beside it moves. */
export function Since({ at }: SinceProps) {
  const now = useNow();
  return <span className="tabular">{duration(secondsSince(at, now))}</span>;
}

interface UntilProps {
  at: string;
}

/** Time left until an instant, ticking down to 0:00. */
export function Until({ at }: UntilProps) {
  const now = useNow();
  return <span className="tabular">{duration((Date.parse(at) - now) / 1000)}</span>;
}
