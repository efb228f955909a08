using System.Text.Json.Nodes;

namespace Serverless.Commands.Server;

/// <summary>What a server answered.</summary>
/// <param name="Body">As the OpenAPI document describes it.</param>
/// <param name="ETag">What it is a picture of, to be sent with a change of it; null where there is none.</param>
internal sealed record ServerReply(JsonObject Body, string? ETag);
