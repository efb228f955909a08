namespace Serverless.Health;

/// <summary>Whether a part of the storage account answers, and has what was made in it at the start.</summary>
/// <param name="name">The part.</param>
/// <param name="read">Reads something small of it.</param>
internal sealed class StorageReadiness(string name, Func<CancellationToken, Task> read) : IReadinessCheck
{
    public string Name => name;

    public async Task<string?> FindFaultAsync(CancellationToken cancellation)
    {
        await read(cancellation);
        return null;
    }
}
