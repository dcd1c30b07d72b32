import { Failure } from "./failure";

/** The day of this run, as an ISO date in UTC. `NETPOL_TODAY` stands for another one, to see what a gate will say then. */
export function today(): string {
  const { NETPOL_TODAY: other = "" } = process.env;
  if (other === "") return new Date().toISOString().slice(0, 10);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(other) || Number.isNaN(Date.parse(other)))
    throw new Failure(`NETPOL_TODAY is \`${other}\`; write a day like \`2027-03-31\``);
  return other;
}
