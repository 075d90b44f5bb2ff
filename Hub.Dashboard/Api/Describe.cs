using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.OpenApi;

namespace Hub.Dashboard.Api;

/// <summary>Words for the OpenAPI document beside each route.</summary>
internal static class Describe
{
    /// <summary>Says what a call does and which query parameters it takes, each as "name: what".</summary>
    public static RouteHandlerBuilder Says(this RouteHandlerBuilder route, string summary, params string[] query) =>
        route.WithSummary(summary).AddOpenApiOperationTransformer((operation, _, _) =>
        {
            foreach (var line in query)
            {
                var colon = line.IndexOf(':', StringComparison.Ordinal);
                operation.Parameters ??= [];
                operation.Parameters.Add(new OpenApiParameter
                {
                    Name = line[..colon],
                    In = ParameterLocation.Query,
                    Description = line[(colon + 1)..].Trim(),
                    Schema = new OpenApiSchema { Type = JsonSchemaType.String },
                });
            }

            return Task.CompletedTask;
        });
}
