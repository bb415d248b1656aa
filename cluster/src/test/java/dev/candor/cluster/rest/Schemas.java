package dev.candor.cluster.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.util.List;

/** JSON Schema 2020-12, as a library of others reads it. */
final class Schemas {
    static final ObjectMapper JSON = new ObjectMapper();
    private static final JsonSchemaFactory FACTORY = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);

    private Schemas() {}

    static JsonSchema of(JsonNode schema) {
        return FACTORY.getSchema(schema);
    }

    /** A schema of an OpenAPI document, with the components that it refers to. */
    static JsonSchema within(JsonNode document, JsonNode schema) {
        ObjectNode whole = JSON.createObjectNode();
        whole.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        whole.set("components", document.path("components"));
        whole.putArray("allOf").add(schema);
        return of(whole);
    }

    /** What is wrong with a value; nothing where it is right. */
    static List<String> problems(JsonSchema schema, String json) throws IOException {
        return schema.validate(JSON.readTree(json)).stream()
                .map(ValidationMessage::getMessage)
                .toList();
    }
}
