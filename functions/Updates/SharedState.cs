using Microsoft.Extensions.Options;
using Serverless.Releases;

namespace Serverless.Updates;

/// <summary>
/// What belongs to all apps, as every snapshot needs it: read once an instance and period, however many apps are refreshed. An app that is
/// refreshed with it is as old as it.
/// </summary>
internal sealed class SharedState(ReleaseCatalog catalog, TimeProvider time, IOptions<SnapshotOptions> options)
{
    private readonly Lock _gate = new();
    private readonly TimeSpan _fresh = options.Value.RefreshAfter < options.Value.MaxAge ? options.Value.RefreshAfter : options.Value.MaxAge;
    private Task<SharedRevision>? _read;

    /// <summary>The revision, from a read that began a refresh period ago at most.</summary>
    public Task<SharedRevision> GetAsync()
    {
        lock (_gate)
        {
            var isGood = _read is { IsCompleted: false } || (_read is { IsCompletedSuccessfully: true } && time.GetElapsedTime(_read.Result.ReadAt) <= _fresh);
            return isGood ? _read! : _read = Task.Run(ReadAsync);
        }
    }

    /// <summary>Whoever asks from now on gets what is read from now on.</summary>
    public void Invalidate()
    {
        lock (_gate)
        {
            _read = null;
        }
    }

    // For all who wait, so no single one of them may cancel it.
    private async Task<SharedRevision> ReadAsync()
    {
        var readAt = time.GetTimestamp();
        using var timeout = new CancellationTokenSource(RefreshedSnapshot.ReadTimeout, time);
        return new SharedRevision((await catalog.ReadAllAppsAsync(timeout.Token)).Revision, readAt);
    }
}

/// <param name="Revision">Of what belongs to all apps.</param>
/// <param name="ReadAt">When the read of it began, as a time stamp.</param>
internal sealed record SharedRevision(long Revision, long ReadAt);
