namespace Serverless.Deliveries;

/// <summary>How an attempt ended.</summary>
internal abstract record DeliveryOutcome
{
    private DeliveryOutcome()
    {
    }

    /// <summary>The endpoint has it.</summary>
    internal sealed record Delivered : DeliveryOutcome;

    /// <summary>The endpoint wants nothing any more (410).</summary>
    internal sealed record Gone : DeliveryOutcome;

    /// <param name="Fault">An HTTP status, <c>timeout</c> or <c>unreachable</c>.</param>
    /// <param name="RetryAfter">The shortest time that the endpoint wants to be left alone for.</param>
    internal sealed record Failed(string Fault, TimeSpan? RetryAfter = null) : DeliveryOutcome;
}
