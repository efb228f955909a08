using System.Collections.Immutable;
using Serverless.Apps;
using Serverless.Channels;
using Serverless.Devices;
using Serverless.Keys;
using Serverless.Releases;
using Serverless.Signing;
using Serverless.Updates;

namespace Serverless.SyntheticDevices;

/// <summary>Probes several channels, whose releases have files in common.</summary>
internal sealed class ProbeRun(
    ReleaseCatalog catalog,
    KeyRing ring,
    PublicKeys keys,
    SyntheticDevice devices,
    SyntheticInstall install,
    Telemetry telemetry,
    SyntheticDeviceOptions options)
{
    // In a rollout the offer depends on the device's cohort: at a share of one percent, as many devices miss it once in twenty times.
    private const int MaxDevices = 300;

    /// <param name="app">The app.</param>
    /// <param name="channel">The channel as it is.</param>
    /// <param name="target">What it is to lead to; in a rollout, one of the two. Null is the bundle inside the app.</param>
    /// <param name="cell">The part of the fleet to ask as; null is any.</param>
    /// <param name="cancellation">Stops between downloads.</param>
    /// <returns>A result for each device; none when the channel serves nobody who names it.</returns>
    public async Task<IReadOnlyList<ProbeResult>> InstallAsync(AppId app, Channel channel, BundleVersion? target, Cell? cell, CancellationToken cancellation)
    {
        var release = target is { } version ? await catalog.FindReleaseAsync(app, version, cancellation) : null;
        var results = new List<ProbeResult>();
        var attempt = 0;
        foreach (var (generation, key) in await ListAsync(app, release, cell, cancellation))
        {
            if (SyntheticProfile.For(app, channel, release, generation, cell) is not { } profile)
            {
                break;
            }

            profile = profile with { Key = key };
            (attempt, var answer) = await AskAsync(profile, target?.Value ?? BundleVersion.Builtin, attempt, channel.Rollout is null ? 0 : MaxDevices, cancellation);
            var result = await JudgeAsync(profile, answer, target, cancellation);
            telemetry.Probed(result);
            results.Add(result);
        }

        return results;
    }

    /// <summary>Asks as one device after another until one is led to the target.</summary>
    private async Task<(int Attempt, SyntheticAnswer Answer)> AskAsync(
        SyntheticProfile profile, string target, int attempt, int maxAttempts, CancellationToken cancellation)
    {
        while (true)
        {
            var answer = await devices.AskAsync(profile, attempt, cancellation);
            if (answer.Body is null || answer.Body.Version == target || attempt >= maxAttempts)
            {
                return (attempt, answer);
            }

            attempt++;
        }
    }

    private async Task<ProbeResult> JudgeAsync(SyntheticProfile profile, SyntheticAnswer answer, BundleVersion? target, CancellationToken cancellation)
    {
        var expected = target?.Value ?? BundleVersion.Builtin;
        var (outcome, note) = (answer.Body, target) switch
        {
            (null or { Error: "temporarily_unavailable" }, _) => (ProbeOutcome.Unanswered, $"was answered {answer.Describe()}."),
            ({ Error: null or "already_on_builtin" or "revert_to_builtin_plugin_version_too_old", Version: BundleVersion.Builtin or SyntheticProfile.Running }, null) =>
                (ProbeOutcome.Builtin, "is led to the bundle inside the app."),
            ({ Error: "release_withdrawn" or "release_unverified" or "key_id_mismatch" or "no_channel" or "app_not_found" }, _) =>
                (ProbeOutcome.Failed, $"was answered {answer.Describe()}."),
            ({ Error: not null }, not null) => (ProbeOutcome.Skipped, $"is refused by the channel: {answer.Describe()}."),
            ({ Version: var version }, not null) when version == expected => await InstallAsync(profile, answer.Body, cancellation),
            _ => (ProbeOutcome.Failed, $"was answered {answer.Describe()} instead of {expected}."),
        };
        return new ProbeResult($"{profile.Generation}", outcome, note, install.WasSlow || answer.FirstByte > options.SlowFirstByte);
    }

    private async Task<(ProbeOutcome Outcome, string Note)> InstallAsync(SyntheticProfile profile, UpdateAnswer offer, CancellationToken cancellation)
    {
        try
        {
            return await install.FindDefectAsync(profile, offer, cancellation) is { } defect
                ? (ProbeOutcome.Failed, defect)
                : (ProbeOutcome.Installed, $"has all of {offer.Version}.");
        }
        catch (IOException e)
        {
            return (ProbeOutcome.Unanswered, e.Message);
        }
        catch (ProbeBudgetException e)
        {
            return (ProbeOutcome.Skipped, e.Message);
        }
    }

    private async Task<ImmutableArray<(PluginGeneration Generation, SigningPublicKey? Key)>> ListAsync(
        AppId app, Release? release, Cell? cell, CancellationToken cancellation)
    {
        var carried = new List<SigningPublicKey>();
        var states = await ring.ReadStatesAsync(app, cancellation);
        foreach (var form in release?.SignedForms.Where(form => states.IsActive(form.KeyId)) ?? [])
        {
            if (await keys.FindAsync(form.KeyId, cancellation) is { } key)
            {
                carried.Add(key);
            }
        }

        var generations = cell is { Kind: CellKind.PluginGeneration }
            ? ImmutableArray.Create(PluginGeneration.Latest, PluginGeneration.Latest with { CarriesKey = true })
            : PluginGeneration.All;
        return
        [
            .. generations.SelectMany<PluginGeneration, (PluginGeneration, SigningPublicKey?)>(generation => generation.CarriesKey
                ? carried.Select(key => (generation, (SigningPublicKey?)key))
                : [(generation, null)]),
        ];
    }
}
