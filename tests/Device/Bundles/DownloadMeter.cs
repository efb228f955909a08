namespace Serverless.Device.Bundles;

/// <summary>Counts what is transferred for one update, over all its connections.</summary>
internal sealed class DownloadMeter
{
    private long _bytes;

    public long Bytes => Interlocked.Read(ref _bytes);

    public void Add(int bytes) => Interlocked.Add(ref _bytes, bytes);
}
