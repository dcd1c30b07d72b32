/** One point of a line. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

const width = 640;
const height = 360;
const margin = { left: 70, right: 20, top: 30, bottom: 45 } as const;

/** A line with logarithmic axes as an SVG picture, beside a straight line of slope 1 through its first point: linear growth. */
export function lineChart(title: string, xLabel: string, yLabel: string, points: readonly Point[]): string {
  const xs = points.map(({ x }) => x);
  const first = points[0] ?? { x: 1, y: 1 };
  const linear = points.map(({ x }): Point => ({ x, y: (first.y * x) / first.x }));
  const ys = [...points, ...linear].map(({ y }) => y);
  const [left, right] = [Math.min(...xs), Math.max(...xs)];
  const [low, high] = [Math.min(...ys), Math.max(...ys)];
  const place = ({ x, y }: Point): string => {
    const across = margin.left + scale(x, left, right) * (width - margin.left - margin.right);
    const down = height - margin.bottom - scale(y, low, high) * (height - margin.top - margin.bottom);
    return `${across.toFixed(1)},${down.toFixed(1)}`;
  };
  const line = (values: readonly Point[], style: string): string =>
    `<polyline fill="none" ${style} points="${values.map(place).join(" ")}"/>`;
  const marks = points.map((point) => {
    const [across, down] = place(point).split(",") as [string, string];
    return `<circle cx="${across}" cy="${down}" r="3.5" fill="#0b6"/><text x="${across}" y="${String(Number(down) - 9)}" text-anchor="middle">${shortNumber(point.y)}</text><text x="${across}" y="${String(height - margin.bottom + 18)}" text-anchor="middle">${shortNumber(point.x)}</text>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${String(width)} ${String(height)}" font-family="sans-serif" font-size="12">`,
    `<rect width="${String(width)}" height="${String(height)}" fill="white"/>`,
    `<text x="${String(width / 2)}" y="18" text-anchor="middle" font-size="14">${title}</text>`,
    `<text x="${String(width / 2)}" y="${String(height - 8)}" text-anchor="middle">${xLabel}</text>`,
    `<text x="16" y="${String(height / 2)}" text-anchor="middle" transform="rotate(-90 16 ${String(height / 2)})">${yLabel}</text>`,
    line(linear, 'stroke="#999" stroke-dasharray="4 4"'),
    line(points, 'stroke="#0b6" stroke-width="2"'),
    ...marks,
    `<text x="${String(margin.left)}" y="${String(margin.top + 14)}" fill="#777">dashed: linear growth</text>`,
    "</svg>",
    "",
  ].join("\n");
}

const scale = (value: number, low: number, high: number): number => (high === low ? 0 : Math.log(value / low) / Math.log(high / low));

const shortNumber = (value: number): string =>
  value >= 1000 ? `${(value / 1000).toFixed(value < 10_000 && value % 1000 !== 0 ? 1 : 0)}k` : value.toFixed(0);
