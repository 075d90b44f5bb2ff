import { useSearchParams } from 'react-router';

/** What a list is narrowed to, kept in the address: a link shows the same list, and "back" leaves the page instead of undoing a filter. */
export function useFilter() {
  const [search, setSearch] = useSearchParams();
  const set = (name: string, value: string) =>
    setSearch((old) => {
      const next = new URLSearchParams(old);
      if (value) next.set(name, value);
      else next.delete(name);
      return next;
    }, { replace: true });
  return { search, set, reset: (values: Record<string, string>) => setSearch(values) };
}
