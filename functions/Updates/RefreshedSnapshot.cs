using Serverless.Apps;
using Serverless.Storage;

namespace Serverless.Updates;

/// <summary>One app's snapshot and when storage was last asked about it. However many requests wait, one read is under way.</summary>
internal sealed class RefreshedSnapshot(AppId app, SnapshotReader reader, SharedState shared, TimeProvider time, SnapshotOptions options)
{
    public static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private Held? _held;
    private Task<AppSnapshot>? _refresh;
    private int _generation;
    private long _failedAt = long.MinValue / 2;

    /// <summary>The snapshot, unless it is older than it may be while storage answers.</summary>
    public AppSnapshot? Recent => Volatile.Read(ref _held) is { } held && time.GetElapsedTime(held.ValidatedAt) <= options.MaxAge ? held.Snapshot : null;

    public ValueTask<AppSnapshot> GetAsync()
    {
        var held = Volatile.Read(ref _held);
        var age = held is null ? TimeSpan.MaxValue : time.GetElapsedTime(held.ValidatedAt);

        // That there is still no such app is not looked into ahead of time: anybody can ask for a thousand of them.
        if (age <= (held is { Snapshot.Exists: false } ? options.MaxAge : options.RefreshAfter))
        {
            return new(held!.Snapshot);
        }

        // While storage is down, requests do not queue up behind it: one asks again every so often, the others get what is at hand.
        if (held is not null && age <= options.MaxAgeInOutage && time.GetElapsedTime(Volatile.Read(ref _failedAt)) <= options.RefreshAfter)
        {
            return new(held.Snapshot);
        }

        var refresh = Refresh();
        return age <= options.MaxAge ? new(held!.Snapshot) : new(WaitAsync(refresh, held));
    }

    /// <summary>The next request waits for storage; a read that is under way no longer counts.</summary>
    public void Invalidate()
    {
        lock (_gate)
        {
            _generation++;
            _refresh = null;
            _failedAt = long.MinValue / 2;
            var stale = time.GetTimestamp() - (long)((options.MaxAge.TotalSeconds + 1) * time.TimestampFrequency);
            _held = _held is { } held ? held with { ValidatedAt = stale } : null;
        }
    }

    private async Task<AppSnapshot> WaitAsync(Task<AppSnapshot> refresh, Held? held)
    {
        try
        {
            return await refresh;
        }
        catch (Exception e) when (StorageFault.IsUnavailable(e) && held is not null && time.GetElapsedTime(held.ValidatedAt) <= options.MaxAgeInOutage)
        {
            return held.Snapshot;
        }
    }

    private Task<AppSnapshot> Refresh()
    {
        lock (_gate)
        {
            var generation = _generation;
            return _refresh ??= Task.Run(() => RefreshAsync(generation));
        }
    }

    // Runs for all who wait, so no single request may cancel it.
    private async Task<AppSnapshot> RefreshAsync(int generation)
    {
        Held? next = null;
        var startedAt = time.GetTimestamp();
        try
        {
            using var timeout = new CancellationTokenSource(ReadTimeout, time);
            var all = await shared.GetAsync().WaitAsync(timeout.Token);
            var snapshot = await reader.ReadAsync(app, all.Revision, Volatile.Read(ref _held)?.Snapshot, timeout.Token);
            next = new Held(snapshot, Math.Min(startedAt, all.ReadAt));
            return next.Snapshot;
        }
        catch (OperationCanceledException e)
        {
            throw new TimeoutException("Storage did not answer in time.", e);
        }
        finally
        {
            lock (_gate)
            {
                if (generation == _generation)
                {
                    _held = next ?? _held;
                    _failedAt = next is null ? time.GetTimestamp() : long.MinValue / 2;
                    _refresh = null;
                }
            }
        }
    }

    private sealed record Held(AppSnapshot Snapshot, long ValidatedAt);
}
