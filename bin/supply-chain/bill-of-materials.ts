/** The parts of a CycloneDX document that are looked at; all the rest is handed on as it is. */
export interface BillOfMaterials {
  readonly metadata: {
    readonly component: { readonly 'bom-ref': string; readonly name: string } & object;
  } & object;
  readonly components: readonly ({
    readonly 'bom-ref': string;
    readonly name: string;
    readonly version: string;
  } & object)[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[];
}

/** Which packages are in the bundles: name, version, and the scripts that hold it. */
export interface Bundled {
  readonly name: string;
  readonly version: string;
  readonly scripts: readonly string[];
}

/**
 * The part of the installation's bill of materials that is deployed. Each component names the scripts that hold it;
 * the project depends on them all, for a bundler knows no other dependence.
 *
 * @throws Error where a bundle holds what the installation does not list
 */
export function deployedBill(installed: BillOfMaterials, bundled: readonly Bundled[]): BillOfMaterials {
  const components = bundled.map(({ name, version, scripts }) => {
    const component = installed.components.find((one) => one.name === name && one.version === version);
    if (component === undefined)
      throw new Error(`${name} ${version} is in a bundle and not in the lock file`);
    const properties = scripts.map((script) => ({ name: 'callback-completion:script', value: script }));
    return { ...component, scope: 'required', properties };
  });
  const refs = new Set(components.map((component) => component['bom-ref']));
  const root = installed.metadata.component['bom-ref'];
  const { metadata } = installed;
  return {
    ...installed,
    // npm names the project after the folder that it lies in.
    metadata: {
      ...metadata,
      component: { ...metadata.component, name: root.slice(0, root.lastIndexOf('@')) },
    },
    components,
    dependencies: [
      { ref: root, dependsOn: [...refs] },
      ...installed.dependencies
        .filter(({ ref }) => refs.has(ref))
        .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((other) => refs.has(other)) })),
    ],
  };
}
