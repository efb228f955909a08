namespace Serverless.Statistics;

/// <summary>What is counted. Stored by position: new ones go to the end, and none is ever removed.</summary>
internal enum Measure
{
    /// <summary>Update checks, by the version that the device runs. All others are by the release that they are about.</summary>
    Checks,

    /// <summary>Checks that were answered with the release: one for every answer, so a device that asks three times before it installs counts three times.</summary>
    Offers,

    /// <summary>Downloads of the zip that devices report to have begun.</summary>
    ZipDownloadsStarted,

    /// <summary>Downloads of the zip that devices report to have ended. Some plugins report it of a zip that they then refuse, too.</summary>
    ZipDownloads,

    /// <summary>The same, file by file.</summary>
    FileDownloadsStarted,

    /// <inheritdoc cref="FileDownloadsStarted"/>
    FileDownloads,

    /// <summary>Reported switches to the release.</summary>
    Installs,

    /// <summary>Devices whose verdict on the release became good: each counts once, in the minute in which the server learnt it.</summary>
    Good,

    /// <summary>Devices whose verdict became failed, also those that were good before and then crashed.</summary>
    Failed,

    /// <summary>
    /// What ended downloads took, as far as it can be known: nobody reports bytes, so it is the sizes of what was downloaded by the release's
    /// own lists. A zip counts as the plain one. Of a download by files, what the release that the device ran when it was offered has too is left out, if this
    /// instance made that offer; else every file counts. What broke off, and what a device had in its cache besides, is not known.
    /// </summary>
    DownloadedBytes,

    /// <summary>By how much downloads by files took less than the zip would have, by the same sizes: at least so much was spared.</summary>
    SparedBytes,
}
