using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Serverless.Devices;

namespace Serverless.Management;

/// <summary>Reads the small body of a management call, and tells which member of it is wrong.</summary>
internal static class ManagementBody
{
    private const int MaxBytes = 16 * 1024;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    /// <returns>Either a problem, or the body; no body at all means an empty object.</returns>
    public static async Task<(Problem? Problem, T? Body)> ReadAsync<T>(
        HttpRequest request, JsonTypeInfo<T> type, CancellationToken cancellation, int maxBytes = MaxBytes)
        where T : class
    {
        var (problem, body) = await ReadAsync(request, cancellation, maxBytes);
        if (problem is not null)
        {
            return (problem, null);
        }

        if (ReadMembers(body.IsEmpty ? "{}"u8 : body.Span) is not { } members)
        {
            return (Problem.InvalidJson, null);
        }

        foreach (var (name, _) in members)
        {
            if (type.Properties.All(property => property.Name != name))
            {
                return (Problem.UnknownMember(name), null);
            }
        }

        foreach (var required in type.Properties.Where(property => property.AssociatedParameter is { HasDefaultValue: false } && !members.ContainsKey(property.Name)))
        {
            return (Problem.InvalidMember(required.Name), null);
        }

        try
        {
            return (null, members.Deserialize(type));
        }
        catch (JsonException fault)
        {
            return (Problem.InvalidMember(fault.Path?.TrimStart('$', '.') ?? ""), null);
        }
    }

    /// <returns>Either a problem, because the body is longer than allowed or does not arrive whole, or the body.</returns>
    public static async Task<(Problem? Problem, ReadOnlyMemory<byte> Body)> ReadAsync(HttpRequest request, CancellationToken cancellation, int maxBytes = MaxBytes)
    {
        var (fault, body) = await DeviceBody.ReadAsync(request, maxBytes, cancellation);
        return (fault is null ? null : fault == RequestFault.TooLarge ? Problem.BodyTooLarge : Problem.InvalidJson, body);
    }

    /// <returns>Null when it is not one JSON object, or names a member twice.</returns>
    public static JsonObject? ReadMembers(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonNode.Parse(json, documentOptions: Strict) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
