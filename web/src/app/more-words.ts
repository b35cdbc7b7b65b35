import { speakMore } from '../locales';

/** A page whose words are not among those that everybody loads: both come together. */
export async function withWords<P>(page: Promise<P>): Promise<P> {
  const [loaded] = await Promise.all([page, speakMore()]);
  return loaded;
}
