/** A rule, as ESLint takes it. Python has none. */
export interface Rule {
  /** What it is about. */
  readonly meta: {
    readonly type: 'problem';
    readonly docs: { readonly description: string };
    readonly fixable?: 'code';
    readonly hasSuggestions?: boolean;
    readonly schema: [];
    readonly messages: Record<string, string>;
  };
  /** Called by ESLint, with its context, for each file. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- nodes of ESLint's, whose types this package does not have
  create(context: object): Record<string, (node: any) => void>;
}
