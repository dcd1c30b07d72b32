/** The day of this run, as an ISO date in UTC. `NETPOL_TODAY` stands for another one, to see what a gate will say then. */
export const today: string = process.env.NETPOL_TODAY ?? new Date().toISOString().slice(0, 10);
