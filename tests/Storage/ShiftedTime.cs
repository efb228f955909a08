namespace Serverless.Tests.Storage;

/// <summary>A clock that can be put forward and otherwise runs as ever: whoever waits a moment for its turn is not kept waiting.</summary>
internal sealed class ShiftedTime : TimeProvider
{
    private TimeSpan _offset;

    public void Advance(TimeSpan by) => _offset += by;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _offset;
}
