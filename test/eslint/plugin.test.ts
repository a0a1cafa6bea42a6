import { Linter } from 'eslint';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { describe, expect, it } from 'vitest';
import * as tsyncio from '../../src/eslint/index.js';

const off = Object.fromEntries(Object.keys(tsyncio.rules).map((name) => [`tsyncio/${name}`, 'off' as const]));

describe('tsyncio/eslint', () => {
  it('recommends all of its rules', () => {
    expect(Object.keys(tsyncio.configs.recommended.rules)).toEqual(
      Object.keys(tsyncio.rules).map((name) => `tsyncio/${name}`),
    );
  });

  it('can be a plugin from which rules are chosen, beside the recommended ones', () => {
    const { plugin, configs } = tsyncio;
    const chosen = {
      plugins: { tsyncio: plugin },
      rules: { 'tsyncio/no-floating-coroutines': 'off' as const },
    };
    const config = defineConfig(configs.recommended, { files: ['**/*.ts'], ...chosen });
    expect(new Linter().verify('', [...config, { rules: off }], 'code.ts')).toEqual([]);
  });

  it('says what is missing where there are no types', () => {
    const config = defineConfig(tsyncio.configs.recommended, {
      files: ['**/*.ts'],
      languageOptions: { parser: tseslint.parser },
    });
    const linter = new Linter();
    expect(() => linter.verify('work();', config, 'code.ts')).toThrow(
      /The rule tsyncio\/no-[a-z-]+ needs type information: in the configuration for these files, set /,
    );
  });

  it('leaves JavaScript alone, for which there may be no types', () => {
    const linter = new Linter();
    expect(linter.verify('work();', defineConfig(tsyncio.configs.recommended), 'code.js')).toEqual([]);
  });
});
