namespace Serverless.Hosts.Standalone.Blobs;

/// <summary>How far a blob version has come; it only ever moves down this list.</summary>
internal enum ReceiptState
{
    /// <summary>A scanner is about to send its message, or crashed before it did.</summary>
    Claimed,

    /// <summary>Its message is in the queue.</summary>
    Sent,

    /// <summary>Handled, or gone before it could be.</summary>
    Done,

    /// <summary>Given up on.</summary>
    Poisoned,
}
