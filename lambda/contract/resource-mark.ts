/** Key in the CloudFormation `Metadata` of every resource that belongs to a pipeline. Its value is a `ResourceMark`. */
export const RESOURCE_MARK = 'callback-completion';

/** Which pipeline a resource belongs to, and what it is for. The local stack and the operators' tools read it. */
export interface ResourceMark {
  /** The pipeline's name, unique in its account and region: `Shop/Callbacks`. */
  readonly pipeline: string;
  /** Id of the part that the resource is in, in kebab case: `submit`, `dead-letters`, `ledger`. */
  readonly part: string;
}
