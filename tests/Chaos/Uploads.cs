using System.Collections.Concurrent;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Serverless.Storage;
using Serverless.Tests.Support.Bundles;

namespace Serverless.Chaos;

/// <summary>The developer: drops what is planned, past every fault, and knows what must come of it.</summary>
internal sealed class Uploads(string storage, int seed)
{
    // More than intake keeps in memory, so that a full disk is met; and half of it the same in every release, as in real apps.
    private const int PayloadBytes = 96 * 1024;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly BlobContainerClient _uploads = new(storage, Containers.Uploads);
    private readonly ConcurrentDictionary<string, Dropped> _dropped = new(StringComparer.Ordinal);
    private readonly HashSet<string> _repeated = new(StringComparer.Ordinal);
    private Dropped? _last;

    public IReadOnlyCollection<Dropped> All => [.. _dropped.Values];

    /// <summary>Zips that were dropped, repetitions included.</summary>
    public int Count { get; private set; }

    /// <summary>Of devices, on which the version does not start.</summary>
    public double UnluckyShare(string version) => _dropped.GetValueOrDefault(version)?.Kind switch { UploadKind.Bad => 0.5, UploadKind.Flaky => 0.06, _ => 0 };

    /// <summary>Whether it was dropped more than once; the later ones may find that the release is withdrawn, or that a newer one is there.</summary>
    public bool IsRepeated(string version) => _repeated.Contains(version);

    /// <summary>Drops one, however long storage is away.</summary>
    /// <returns>What was dropped, in words.</returns>
    public async Task<string> DropAsync(UploadKind kind, CancellationToken cancellation)
    {
        var dropped = kind is UploadKind.Again && _last is { } last ? last : Make(kind is UploadKind.Again ? UploadKind.Good : kind);
        if (dropped == _last)
        {
            _repeated.Add(dropped.Version);
        }

        _last = dropped;
        _dropped[dropped.Version] = dropped;
        await UploadAsync(dropped, cancellation);
        return $"{kind} {dropped.Version}";
    }

    /// <summary>What its developer does about an upload that was given up: drops it again.</summary>
    public Task DropAgainAsync(string version, CancellationToken cancellation)
    {
        _repeated.Add(version);
        return UploadAsync(_dropped[version], cancellation);
    }

    private async Task UploadAsync(Dropped dropped, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                await _uploads.GetBlobClient(dropped.Blob).UploadAsync(new BinaryData(dropped.Zip), new BlobUploadOptions(), cancellation);
                Count++;
                return;
            }
            catch (Exception e) when (e is RequestFailedException or AggregateException && !cancellation.IsCancellationRequested)
            {
                await Task.Delay(Pause, cancellation);
            }
        }
    }

    private Dropped Make(UploadKind kind)
    {
        var version = $"1.0.{_dropped.Count}";
        var random = new Random(seed ^ _dropped.Count);
        var bundle = WebBundle.Small(version).With("assets/common.bin", Noise(new Random(seed))).With($"assets/{version}.bin", Noise(random));
        var zip = kind is UploadKind.Malformed
            ? random.Next(3) switch
            {
                0 => bundle.Zip()[..^100],
                1 => Noise(random),
                _ => bundle.Without("index.html").Zip(),
            }
            : bundle.Zip();
        return new Dropped(version, kind, zip);
    }

    private static byte[] Noise(Random random)
    {
        var bytes = new byte[PayloadBytes / 2];
        random.NextBytes(bytes);
        return bytes;
    }
}

/// <param name="Version">Its name says.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Zip">Its bytes.</param>
internal sealed record Dropped(string Version, UploadKind Kind, byte[] Zip)
{
    public string Blob => $"{ChaosRun.App}/{ChaosRun.Channel}/{Version}.zip";
}
