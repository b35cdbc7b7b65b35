import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { Floor } from '../api/desk';
import { useClientChoice } from '../app/client-choice';
import { addSample, floorHistoryQuery, joined, type Series } from './history';

/** The calls of the last half hour: the server's memory, then every floor that came since. */
export function useSeries(floor: Floor): Series {
  const { clientId } = useClientChoice();
  const { data: past } = useQuery(floorHistoryQuery(clientId));
  const [{ seen, series }, keep] = useState({ seen: floor, series: addSample([[], [], []], floor) });
  if (seen !== floor) keep({ seen: floor, series: addSample(series, floor) });
  return useMemo(() => joined(past, series), [past, series]);
}
