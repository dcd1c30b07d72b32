/**
 * A Kubernetes provider without a cluster. It speaks Terraform's plugin protocol, so that the real command line plans and applies our stacks,
 * and keeps the objects in memory, where a test may also change them behind Terraform's back.
 */
import { join } from "node:path";
import {
  loadPackageDefinition,
  Server,
  ServerCredentials,
  type sendUnaryData,
  type ServerUnaryCall,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { providerConfiguration, resources } from "./kubernetes-schemas";
import { applied, plan, type PathStep } from "./planning";
import { protocolSchema, type Resource } from "./schema";
import { decodeValue, type DynamicValue, encodeValue, isList, isValueObject, type Value, type ValueObject } from "./value";

/** The provider that this stands in for, as Terraform names it. */
const address = "registry.terraform.io/hashicorp/kubernetes";

/** Fields of requests, all of which are optional on the wire. */
interface Request {
  readonly type_name?: string;
  readonly id?: string;
  readonly config?: DynamicValue;
  readonly current_state?: DynamicValue;
  readonly prior_state?: DynamicValue;
  readonly proposed_new_state?: DynamicValue;
  readonly planned_state?: DynamicValue;
  readonly raw_state?: { readonly json?: Uint8Array };
}

/** Objects of a cluster by type and id, such as `kubernetes_namespace_v1 shop`. */
type Objects = ReadonlyMap<string, ValueObject>;

const keyOf = (type: string, id: Value | undefined): string => `${type} ${textOf(id)}`;

const textOf = (value: Value | undefined): string => (typeof value === "string" ? value : "");

export class KubernetesDouble {
  private readonly server = new Server();
  private cluster = new Map<string, ValueObject>();
  private port = 0;

  /** Starts answering on a free port of this machine. */
  async start(): Promise<void> {
    const definition = loadSync(join(__dirname, "plugin-protocol.proto"), { keepCase: true, longs: Number, enums: String, oneofs: true });
    const { tfplugin5 } = loadPackageDefinition(definition) as unknown as {
      readonly tfplugin5: { readonly Provider: { readonly service: Parameters<Server["addService"]>[0] } };
    };
    this.server.addService(tfplugin5.Provider.service, this.calls());
    this.port = await new Promise<number>((resolve, reject) => {
      this.server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
        if (error === null) resolve(port);
        else reject(error);
      });
    });
  }

  stop(): void {
    this.server.forceShutdown();
  }

  /** The value of `TF_REATTACH_PROVIDERS`: Terraform uses a provider that runs already, and does not install it. */
  get reattach(): string {
    const Addr = { Network: "tcp", String: `127.0.0.1:${String(this.port)}` };
    return JSON.stringify({ [address]: { Protocol: "grpc", ProtocolVersion: 5, Pid: process.pid, Test: true, Addr } });
  }

  get objects(): Objects {
    return this.cluster;
  }

  /** Puts other objects in the place of all there are. */
  restore(objects: Objects): void {
    this.cluster = new Map(objects);
  }

  /** Changes one object, as somebody would with kubectl. */
  edit(type: string, id: string, change: (object: ValueObject) => ValueObject): void {
    const object = this.cluster.get(keyOf(type, id));
    if (object === undefined) throw new Error(`there is no ${type} \`${id}\``);
    this.cluster.set(keyOf(type, id), change(object));
  }

  private calls(): UntypedServiceImplementation {
    const answers: Readonly<Record<string, (request: Request) => object>> = {
      GetSchema: () => ({
        provider: protocolSchema(providerConfiguration),
        resource_schemas: Object.fromEntries(Object.entries(resources).map(([type, resource]) => [type, protocolSchema(resource)])),
      }),
      PrepareProviderConfig: ({ config }) => ({ prepared_config: config }),
      ValidateResourceTypeConfig: () => ({}),
      Configure: () => ({}),
      Stop: () => ({}),
      UpgradeResourceState: ({ raw_state }) => ({
        upgraded_state: encodeValue(decodeValue({ json: raw_state?.json ?? new Uint8Array() })),
      }),
      ReadResource: (request) => ({ new_state: encodeValue(this.read(request)) }),
      PlanResourceChange: (request) => this.plan(request),
      ApplyResourceChange: (request) => ({ new_state: encodeValue(this.apply(request)), legacy_type_system: true }),
      ImportResourceState: ({ type_name, id }) => ({
        imported_resources: [{ type_name, state: encodeValue(this.imported(type_name, id)) }],
      }),
    };
    return Object.fromEntries(Object.entries(answers).map(([name, answer]) => [name, handler(answer)]));
  }

  private read({ type_name = "", current_state }: Request): Value {
    const state = decodeValue(current_state);
    return isValueObject(state) ? (this.cluster.get(keyOf(type_name, state.id)) ?? null) : null;
  }

  private imported(type = "", id = ""): ValueObject {
    const object = this.cluster.get(keyOf(type, id));
    if (object === undefined) throw new Error(`there is no ${type} \`${id}\` to import`);
    return object;
  }

  private plan({ type_name = "", prior_state, proposed_new_state }: Request): object {
    const proposed = decodeValue(proposed_new_state);
    if (!isValueObject(proposed)) return { planned_state: encodeValue(null), legacy_type_system: true };
    const { state, replaces } = plan(schemaOf(type_name), decodeValue(prior_state), proposed);
    return {
      planned_state: encodeValue(state),
      requires_replace: replaces.map((path) => ({ steps: path.map(protocolStep) })),
      legacy_type_system: true,
    };
  }

  private apply({ type_name = "", prior_state, planned_state }: Request): Value {
    const prior = decodeValue(prior_state);
    const planned = decodeValue(planned_state);
    if (isValueObject(prior)) this.cluster.delete(keyOf(type_name, prior.id));
    if (!isValueObject(planned)) return null;
    const object = stored(type_name, applied(schemaOf(type_name), planned));
    this.cluster.set(keyOf(type_name, object.id), object);
    return object;
  }
}

/** An object with what the server alone knows. All of it follows from the object and how often it changed, so that plans can be compared. */
function stored(type: string, object: ValueObject): ValueObject {
  const [metadata = {}] = isList(object.metadata) ? object.metadata.filter(isValueObject) : [];
  const [name, namespace] = [textOf(metadata.name), textOf(metadata.namespace)];
  const id = namespace === "" ? name : `${namespace}/${name}`;
  const generation = (typeof metadata.generation === "number" ? metadata.generation : 0) + 1;
  return { ...object, id, metadata: [{ ...metadata, generation, resource_version: String(generation), uid: `uid of ${keyOf(type, id)}` }] };
}

function schemaOf(type: string): Resource {
  const resource = resources[type];
  if (resource === undefined) throw new Error(`the double has no schema of \`${type}\``);
  return resource;
}

const protocolStep = (step: PathStep): object => (typeof step === "number" ? { element_key_int: step } : { attribute_name: step });

/** A call of gRPC; what is thrown becomes an error that Terraform prints. */
const handler =
  (answer: (request: Request) => object) =>
  ({ request }: ServerUnaryCall<Request, object>, respond: sendUnaryData<object>): void => {
    try {
      respond(null, answer(request));
    } catch (error) {
      const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
      respond(null, { diagnostics: [{ severity: "ERROR", summary: "the provider double failed", detail }] });
    }
  };
