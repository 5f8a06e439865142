package io.modelrunner.chat;

import io.modelrunner.internal.Checks;
import io.modelrunner.internal.JsonSyntax;

/** The form that the answer must have. */
public sealed interface ResponseFormat {
    /** Free text. */
    ResponseFormat TEXT = Simple.TEXT;
    /** Any JSON object. */
    ResponseFormat JSON = Simple.JSON;

    /**
     * {@return the demand for JSON by a schema}
     *
     * @param name a name for the schema: 1 to 64 letters, digits, {@code _} or {@code -}
     * @param schema the JSON schema: a JSON object, at most 1,000,000 characters
     */
    static ResponseFormat jsonSchema(String name, String schema) {
        return new JsonSchema(name, schema);
    }

    /** The forms without a schema. */
    enum Simple implements ResponseFormat {
        /** Free text. */
        TEXT,
        /** Any JSON object. */
        JSON
    }

    /**
     * JSON by a schema; the server is asked to keep to it strictly.
     *
     * @param name a name for the schema
     * @param schema the JSON schema
     */
    record JsonSchema(String name, String schema) implements ResponseFormat {
        /**
         * Checks the name, and that the schema is a JSON object.
         *
         * @param name 1 to 64 letters, digits, {@code _} or {@code -}
         * @param schema a JSON object, at most 1,000,000 characters
         */
        public JsonSchema {
            Checks.name(name, "schema name");
            JsonSyntax.object(schema, 1_000_000, "schema");
        }
    }
}
