using Serverless.Storage;
using Serverless.Tests.Support.Faults;

namespace Serverless.Chaos.Acts;

/// <summary>What the proxy in front of storage does for an act.</summary>
internal static class Faults
{
    // Devices fetch what they install from storage as well. A release must not be withdrawn for storage's faults all the time.
    private const double DownloadShare = 0.1;

    private const int BytesPerSecond = 4096;

    /// <summary>Begins it; it ends when disposed.</summary>
    public static Interception Begin(StorageProxy proxy, Act act, Random random)
    {
        return act.Kind switch
        {
            ActKind.Busy => proxy.Fail(IsHit, 503, int.MaxValue),
            ActKind.Throttled => proxy.Fail(IsHit, 429, int.MaxValue, retryAfter: TimeSpan.FromSeconds(1)),
            ActKind.Silent => proxy.Hold(IsHit, Stage.BeforeForwarding),
            ActKind.ResetBefore => proxy.Reset(IsHit, int.MaxValue),
            ActKind.ResetAfter => proxy.Reset(IsHit, int.MaxValue, Stage.AfterForwarding),
            ActKind.SlowBodies => proxy.Trickle(IsHit, BytesPerSecond, random.Next(2) == 0 ? Stage.BeforeForwarding : Stage.AfterForwarding),
            _ => throw new ArgumentOutOfRangeException(nameof(act), act.Kind, "No fault of storage."),
        };

        // Asked one request at a time, so the random numbers have an order.
        bool IsHit(StorageRequest request) => random.NextDouble() < act.Share * (IsDownload(request) ? DownloadShare : 1);
    }

    private static bool IsDownload(StorageRequest request) =>
        request is { Service: StorageService.Blob, Method: "GET", Component: null, Container: Containers.Bundles or Containers.Files };
}
