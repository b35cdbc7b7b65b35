import { useElementSize } from '@mantine/hooks';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { timeOfDay } from '../ui/format';
import { keptSeconds, type Series } from './history';

const height = 120;

const color = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** The calls of the last half hour as two lines, drawn on a canvas so that it costs next to nothing. */
export function CallChart({ series }: { series: Series }) {
  const { t } = useTranslation();
  const { ref, width } = useElementSize();
  const chart = useRef<uPlot | null>(null);
  const holder = useRef<HTMLDivElement>(null);
  const labels = [t('floor.historyTalking'), t('floor.historyRinging')] as const;
  const [talkingLabel, ringingLabel] = labels;
  useEffect(() => {
    if (!holder.current || width === 0) return undefined;
    const axis = { stroke: color('--mantine-color-dimmed'), grid: { stroke: color('--sl-line'), width: 1 }, ticks: { show: false }, font: '11px system-ui' };
    const made = new uPlot({
      width, height, legend: { show: false }, cursor: { show: false },
      axes: [{ ...axis, values: (_, at) => at.map((second) => timeOfDay(new Date(second * 1000).toISOString())) }, { ...axis, size: 32, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500] }],
      scales: { x: { range: (_, _from, to) => [to - keptSeconds, to] }, y: { range: (_, _min, max) => [0, Math.max(4, max)] } },
      series: [{}, { label: talkingLabel, stroke: color('--sl-blue'), width: 2, points: { show: false } }, { label: ringingLabel, stroke: color('--sl-amber'), width: 2, dash: [4, 3], points: { show: false } }],
    }, [[], [], []], holder.current);
    chart.current = made;
    return () => {
      made.destroy();
      chart.current = null;
    };
  }, [width, talkingLabel, ringingLabel]);
  useEffect(() => {
    chart.current?.setData(series);
  }, [series, width]);
  const now = `${t('floor.historyTalking')} ${series[1].at(-1) ?? 0}, ${t('floor.historyRinging')} ${series[2].at(-1) ?? 0}`;
  return (
    <div ref={ref}>
      <div ref={holder} role="img" aria-label={`${t('floor.history')}: ${now}`} style={{ height }} />
      <div className="legend" aria-hidden="true"><span data-line="talking">{talkingLabel}</span><span data-line="ringing">{ringingLabel}</span></div>
    </div>
  );
}
