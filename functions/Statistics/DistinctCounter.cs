namespace Serverless.Statistics;

/// <summary>A <see cref="DistinctCount"/> that grows in place, for many threads at once and without a lock or an allocation.</summary>
internal sealed class DistinctCounter
{
    private readonly byte[] _registers = new byte[DistinctCount.Length];
    private int _changes;
    private int _stored;

    /// <param name="hash">Evenly distributed, and the same for the same thing.</param>
    public void Add(ulong hash)
    {
        var (register, first) = DistinctCount.PlaceOf(hash);
        for (var before = Volatile.Read(ref _registers[register]); first > before;)
        {
            var found = Interlocked.CompareExchange(ref _registers[register], first, before);
            if (found == before)
            {
                Interlocked.Increment(ref _changes);
                return;
            }

            before = found;
        }
    }

    /// <returns>What was counted, and with it what to tell <see cref="Stored"/>; null when it is stored already.</returns>
    public (DistinctCount Count, int Change)? Unstored()
    {
        var change = Volatile.Read(ref _changes);
        return change == Volatile.Read(ref _stored) ? null : (DistinctCount.From(_registers), change);
    }

    public void Stored(int change) => Volatile.Write(ref _stored, change);
}
