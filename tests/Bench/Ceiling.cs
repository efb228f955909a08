using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Serverless.Bench;

/// <summary>
/// What no server of this kind can pass: Kestrel, the same body parsed by generated code, an answer of the same size that is ready as bytes, and
/// nothing else.
/// </summary>
internal static class Ceiling
{
    /// <param name="address">Where it listens.</param>
    /// <param name="bytes">The size of its answer.</param>
    /// <param name="cancellation">Stops it.</param>
    public static async Task RunAsync(string address, int bytes, CancellationToken cancellation)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add(address);
        var answer = Enumerable.Repeat((byte)' ', bytes).ToArray();
        app.MapPost("/api/updates", async context =>
        {
            var check = await context.Request.ReadFromJsonAsync(CeilingJson.Default.CeilingCheck, context.RequestAborted);
            ArgumentNullException.ThrowIfNull(check?.DeviceId);
            context.Response.ContentType = "application/json; charset=utf-8";
            context.Response.ContentLength = answer.Length;
            await context.Response.Body.WriteAsync(answer, context.RequestAborted);
        });
        await app.StartAsync(cancellation);
        await app.WaitForShutdownAsync(cancellation);
    }
}

/// <summary>The fields of a check, as the server reads them.</summary>
internal sealed record CeilingCheck(
    [property: JsonPropertyName("platform")] string? Platform,
    [property: JsonPropertyName("device_id")] string? DeviceId,
    [property: JsonPropertyName("app_id")] string? AppId,
    [property: JsonPropertyName("custom_id")] string? CustomId,
    [property: JsonPropertyName("version_build")] string? VersionBuild,
    [property: JsonPropertyName("version_os")] string? VersionOs,
    [property: JsonPropertyName("version_name")] string? VersionName,
    [property: JsonPropertyName("plugin_version")] string? PluginVersion,
    [property: JsonPropertyName("is_emulator")] bool? IsEmulator,
    [property: JsonPropertyName("is_prod")] bool? IsProd,
    [property: JsonPropertyName("defaultChannel")] string? DefaultChannel,
    [property: JsonPropertyName("key_id")] string? KeyId);

[JsonSerializable(typeof(CeilingCheck))]
internal sealed partial class CeilingJson : JsonSerializerContext;
