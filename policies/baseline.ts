import { everything } from "../engine/model";
import { declared } from "./declared";

/** Closes `backend`: every pod in it is isolated for ingress, and nothing is let in. */
export const defaultDenyIngress = declared({
  namespace: "backend",
  name: "default-deny-ingress",
  subject: everything,
  ingress: [],
});
