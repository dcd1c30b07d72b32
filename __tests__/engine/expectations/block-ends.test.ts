import { checkExpectations, evaluate } from "../../../engine";
import { cidr, expectations, ns, workload } from "../../../engine/expectations/builder";
import { type Cluster, unknown } from "../../../engine/model";
import { cluster, ipBlock, labelled, podsIn, rule } from "../../builders";

const outcomes = (of: Cluster, write: Parameters<typeof expectations>[1]): readonly string[] =>
  checkExpectations({ evaluation: evaluate(of) }, expectations("e", write)).map(({ result, witness }) =>
    witness === undefined || result === "passed" ? result : `${result}: ${witness.from.name} → ${witness.to.name}`,
  );
const today = { as: "today" } as const;
const anybody = { namespaces: {}, pods: {} };
/** Lets pods in and no address. */
const podsOnly = { ingress: [rule({ peers: [podsIn(anybody.namespaces, anybody.pods)] })] };
const api = workload("back", "api");

const known = cluster()
  .namespace("front")
  .pod("x", { ips: ["10.1.2.3"] })
  .pod("y", { ips: ["10.9.9.9"] })
  .namespace("back")
  .pod("api", { ips: ["10.5.0.1"] });

describe("a block of addresses holds the pods that have one of them", () => {
  test("as senders", () => {
    const of = known.policy("p", podsOnly).build();
    expect(
      outcomes(of, (e) =>
        e
          .deny(cidr("10.1.2.3/32"), api, 80, today)
          .deny(cidr("10.1.2.0/24"), api, 80, today)
          .deny(cidr("10.2.0.0/16"), api, 80, today)
          .deny(cidr("10.1.0.0/16", "10.1.2.0/24"), api, 80, today)
          .allow(cidr("10.1.2.3/32"), api, 80),
      ),
    ).toEqual(["failed: front/x → back/api", "failed: front/x → back/api", "passed", "passed", "failed: 10.1.2.3/32 → back/api"]);
  });

  test("as receivers", () => {
    const of = known
      .namespace("front")
      .policy("p", { egress: [rule({ peers: [podsIn(anybody.namespaces, anybody.pods)] })] })
      .build();
    const web = workload("front", "x");
    expect(outcomes(of, (e) => e.deny(web, cidr("10.5.0.0/16"), 80, today).deny(web, cidr("10.6.0.0/16"), 80, today))).toEqual([
      "failed: front/x → back/api",
      "passed",
    ]);
  });

  test("as senders that must get through, also where an address that is no pod's does", () => {
    const of = known
      .policy("p", { ingress: [rule({ peers: [ipBlock("10.1.0.0/16")] })] })
      .namespace("front")
      .policy("shut", { egress: [] })
      .build();
    expect(outcomes(of, (e) => e.allow(cidr("10.1.0.0/16"), api, 80).allow(cidr("10.1.0.0/16", "10.1.2.3/32"), api, 80))).toEqual([
      "failed: front/x → back/api",
      "passed",
    ]);
  });

  test("pods of one workload each by their own", () => {
    const pods = [
      { name: "a", ips: ["10.1.0.1"] },
      { name: "b", ips: ["10.2.0.1"] },
    ];
    const of = cluster()
      .namespace("front")
      .deployment("web", { replicas: 2, pods })
      .namespace("back")
      .pod("api", { ips: ["10.5.0.1"] })
      .policy("p", { ingress: [rule({ peers: [ipBlock("10.1.0.0/16")] })] })
      .build();
    expect(
      outcomes(of, (e) =>
        e
          .deny(cidr("10.1.0.1/32"), api, 80, today)
          .deny(cidr("10.2.0.1/32"), api, 80, today)
          .deny(ns("front"), api, 80, { ...today, except: [{ from: cidr("10.1.0.0/16"), to: api }] })
          .deny(cidr("10.0.0.0/8"), api, 80, { ...today, except: [{ from: [cidr("10.1.0.0/16"), ns("front")], to: api }] })
          .deny(cidr("10.2.0.1/32"), cidr("10.1.0.1/32"), 80, today),
      ),
    ).toEqual(["failed: front/web → back/api", "passed", "undecided: front/web → back/api", "passed", "failed: front/web → front/web"]);
  });

  test("and not a pod from itself", () => {
    expect(outcomes(known.build(), (e) => e.deny(cidr("10.1.2.3/32"), workload("front", "x"), 80, today))).toEqual([
      "failed: 10.1.2.3/32 → front/x",
    ]);
    const shut = known.namespace("front").policy("p", { ingress: [] }).build();
    expect(outcomes(shut, (e) => e.deny(cidr("10.1.2.3/32"), workload("front", "x"), 80, today))).toEqual(["passed"]);
  });

  test("as exceptions: who may come in may come from the block", () => {
    const of = known.policy("p", { ingress: [rule({ peers: [ipBlock("10.1.0.0/16")] })] }).build();
    const results = outcomes(of, (e) =>
      e.onlyInto(api, cidr("10.1.0.0/16"), "all", today).onlyInto(api, cidr("10.1.2.0/24"), "all", today),
    );
    expect(results.map((text) => text.split(":")[0])).toEqual(["passed", "failed"]);
  });
});

describe("pods of which no address is known are in a block by the ranges that pods draw theirs from", () => {
  const unplaced = cluster().namespace("front").deployment("web").namespace("back").deployment("api").policy("p", podsOnly);
  const asked = (of: Cluster) => outcomes(of, (e) => e.deny(cidr("10.0.0.0/16"), api, 80, today));

  test("inside, outside or perhaps", () => {
    expect([
      asked(unplaced.podCidrs("10.0.0.0/24").build()),
      asked(unplaced.podCidrs("10.9.0.0/24").build()),
      asked(unplaced.podCidrs("10.0.0.0/8").build()),
      asked(unplaced.build()),
    ]).toEqual([["failed: front/web → back/api"], ["passed"], ["undecided: front/web → back/api"], ["passed"]]);
  });

  test("each for itself where others of the workload are known", () => {
    const pods = [
      { name: "a", ips: ["10.9.0.1"] },
      { name: "b", ips: [] },
    ];
    const of = cluster().namespace("front").deployment("web", { replicas: 2, pods }).namespace("back").pod("api").policy("p", podsOnly);
    expect([asked(of.podCidrs("10.0.0.0/24").build()), asked(of.podCidrs("10.0.0.0/8").build()), asked(of.build())]).toEqual([
      ["failed: front/web → back/api"],
      ["undecided: front/web → back/api"],
      ["passed"],
    ]);
  });

  test("host-networked pods have none of these, and where that is not known they may", () => {
    const on = (hostNetwork: boolean | ReturnType<typeof unknown>) =>
      cluster()
        .namespace("back")
        .pod("api")
        .policy("p", podsOnly)
        .namespace("front")
        .deployment("web", { hostNetwork })
        .podCidrs("10.0.0.0/24");
    const from = (of: Cluster) => outcomes(of, (e) => e.deny(cidr("10.0.0.0/16"), api, 80, { ...today, allowEmpty: true }));
    expect(from(on(false).build())).toEqual(["failed: front/web → back/api"]);
    expect(from(on(true).build())).toEqual(["passed"]);
    expect(from(on(unknown("var.host")).build())).toEqual(["undecided: front/web → back/api"]);
  });

  test("pods to come as well", () => {
    const of = cluster()
      .namespace("back")
      .deployment("api", { labels: { app: "api" } })
      .policy("p", { ingress: [rule({ peers: [podsIn({}, labelled({ app: "x" }))] })] });
    const future = (each: Cluster) => outcomes(each, (e) => e.deny(cidr("10.0.0.0/16"), api, 80)).map((text) => text.split(":")[0]);
    expect([
      future(of.podCidrs("10.0.0.0/24").build()),
      future(of.podCidrs("10.0.0.0/8").build()),
      future(of.podCidrs("10.9.0.0/16").build()),
      future(of.build()),
    ]).toEqual([["failed"], ["undecided"], ["passed"], ["passed"]]);
  });

  test("pods to come that an exception may speak of are not told", () => {
    const of = cluster()
      .namespace("back")
      .deployment("api", { labels: { app: "api" } })
      .policy("p", { ingress: [rule({ peers: [podsIn({}, labelled({ app: "x" }))] })] });
    const future = (block: string) =>
      outcomes(of.podCidrs("10.0.0.0/16").build(), (e) =>
        e.deny(cidr("10.0.0.0/8"), api, 80, { except: [{ from: cidr(block), to: api }] }),
      ).map((text) => text.split(":")[0]);
    expect([future("10.0.0.0/8"), future("10.0.0.0/24"), future("10.9.0.0/16")]).toEqual([["passed"], ["undecided"], ["failed"]]);
  });
});
