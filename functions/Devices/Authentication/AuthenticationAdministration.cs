using System.Text.Json;
using Serverless.Access;
using Serverless.Apps;
using Serverless.Ledger;
using Serverless.Management;
using Serverless.Releases;
using Serverless.Updates;

namespace Serverless.Devices.Authentication;

/// <summary>Shows what apps ask of their devices, and changes it. Reads the catalog itself: people expect to see what they just changed.</summary>
internal sealed class AuthenticationAdministration(ReleaseCatalog catalog, AppSnapshots snapshots, TimeProvider time)
{
    private const int TagLength = 32;

    /// <summary>The same for the same content.</summary>
    public static string Tag(DeviceAuthentication asked) =>
        Sha256Digest.Of(JsonSerializer.SerializeToUtf8Bytes(asked, PipelineJson.Default.DeviceAuthentication)).Hex[..TagLength];

    public Task<DeviceAuthentication> ReadAsync(AppId app, CancellationToken cancellation) => catalog.ReadAuthenticationAsync(app, cancellation);

    /// <summary>Changes all but the app keys. What is already so is neither written nor recorded.</summary>
    /// <param name="by">Who wants it.</param>
    /// <param name="app">The app.</param>
    /// <param name="settings">What it is to ask.</param>
    /// <param name="isKnown">Whether the caller knows what it asks now, by its tag.</param>
    /// <param name="cancellation">Gives up; a change that was sent may still take effect.</param>
    public Task<(Problem? Problem, DeviceAuthentication After)> ChangeAsync(
        Principal by, AppId app, AuthenticationSettings settings, Predicate<string> isKnown, CancellationToken cancellation) => ChangeAsync(
        by,
        app,
        before => !isKnown(Tag(before)) ? (Problem.ChangedMeanwhile, before, "")
            : AuthenticationEdit.Apply(settings, before, out var after) is { } problem ? (problem, before, "")
            : (null, after, AuthenticationActs.Describe(after)),
        cancellation);

    /// <summary>Makes another app key, beside at most one.</summary>
    public async Task<(Problem? Problem, IssuedAppKey Issued)> IssueKeyAsync(Principal by, AppId app, CancellationToken cancellation)
    {
        var (key, secret) = AppKey.Issue(time.GetUtcNow());
        var (problem, _) = await ChangeAsync(
            by,
            app,
            before => before.AppKeys.Length < DeviceAuthentication.MaxAppKeys
                ? (null, before with { AppKeys = before.AppKeys.Add(key) }, $"app key {key.Id} issued")
                : (Problem.TooManyAppKeys, before, ""),
            cancellation);
        return (problem, new IssuedAppKey(key.Id, secret));
    }

    /// <summary>Ends an app key, also the last one: devices that are asked for one are then refused.</summary>
    public Task<(Problem? Problem, DeviceAuthentication After)> RevokeKeyAsync(Principal by, AppId app, string id, CancellationToken cancellation) => ChangeAsync(
        by,
        app,
        before => before.AppKeys.RemoveAll(key => key.Id == id) is { } rest && rest.Length < before.AppKeys.Length
            ? (null, before with { AppKeys = rest }, $"app key {id} revoked")
            : (Problem.AppKeyNotFound, before, ""),
        cancellation);

    private async Task<(Problem? Problem, DeviceAuthentication After)> ChangeAsync(
        Principal by, AppId app, Func<DeviceAuthentication, (Problem?, DeviceAuthentication, string)> decide, CancellationToken cancellation)
    {
        Problem? problem = null;
        DeviceAuthentication? after = null;
        await catalog.ChangeAsync(
            app,
            async (_, token) =>
            {
                var before = await catalog.ReadAuthenticationAsync(app, token);

                // A commit whose answer was lost meets itself as a conflict.
                if (after is not null && problem is null && Tag(before) == Tag(after))
                {
                    return null;
                }

                (problem, after, var words) = decide(before);
                return problem is not null || Tag(before) == Tag(after) ? null
                    : AuthenticationActs.Change(after, new LedgerEntry(LedgerKind.AuthenticationChanged, by.Id, $"{app}", words));
            },
            cancellation);
        snapshots.Invalidate(app);
        return (problem, after!);
    }
}
