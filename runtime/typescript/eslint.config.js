import js from "@eslint/js";
import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

export default defineConfig(
    { ignores: ["dist", "coverage", "node_modules", "benchmarks"] },
    js.configs.recommended,
    tseslint.configs.strictTypeChecked,
    {
        languageOptions: {
            parserOptions: { projectService: { allowDefaultProject: ["*.js"] }, tsconfigRootDir: import.meta.dirname },
        },
        rules: {
            complexity: ["error", 10],
            "@typescript-eslint/ban-ts-comment": [
                "error",
                { "ts-expect-error": true, "ts-ignore": true, "ts-nocheck": true },
            ],
            "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
            // `#private` fields and readonly parameters say what this rule wants to have said.
            "@typescript-eslint/no-extraneous-class": "off",
        },
    },
    {
        files: ["src/**"],
        rules: { "max-lines": ["error", 300], "no-console": "error" },
    },
    {
        files: ["tests/**"],
        rules: {
            // Planted misuse is how the types are tested.
            "@typescript-eslint/ban-ts-comment": ["error", { "ts-expect-error": "allow-with-description" }],
        },
    },
    {
        files: ["tests/**/*.test-d.ts"],
        rules: {
            // What does not compile has no type: these would tell the same again.
            "@typescript-eslint/no-unsafe-argument": "off",
            "@typescript-eslint/no-unsafe-assignment": "off",
            "@typescript-eslint/no-unsafe-call": "off",
            "@typescript-eslint/no-unsafe-member-access": "off",
            "@typescript-eslint/no-unsafe-return": "off",
        },
    },
);
