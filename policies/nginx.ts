import { everything } from "../engine/model";
import { declared } from "./declared";

/**
 * Lets the frontend's nginx pods reach every pod of `backend`, on every port.
 * Namespace and pod labels stand in one peer, so both must hold: other pods of `frontend`, and nginx pods elsewhere, stay out.
 */
export const allowNginxFront = declared({
  namespace: "backend",
  name: "netpol-allow-nginx-front",
  subject: everything,
  ingress: [
    {
      peers: [
        {
          kind: "pods",
          namespaces: { matchLabels: { "kubernetes.io/metadata.name": "frontend" } },
          pods: { matchLabels: { app: "nginx" } },
        },
      ],
      ports: "any",
    },
  ],
});
