<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>MainWindow</name>
    <message numerus="yes">
        <source>%n conversation(s) imported.</source>
        <translation>
            <numerusform>%n conversation imported.</numerusform>
            <numerusform>%n conversations imported.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n conversation(s) written to {0}.</source>
        <translation>
            <numerusform>%n conversation written to {0}.</numerusform>
            <numerusform>%n conversations written to {0}.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ModelComparisonColumn</name>
    <message numerus="yes">
        <source>%n word(s)</source>
        <translation>
            <numerusform>%n word</numerusform>
            <numerusform>%n words</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PersonalReviewPage</name>
    <message numerus="yes">
        <source>%n finding(s) shown</source>
        <translation>
            <numerusform>%n finding shown</numerusform>
            <numerusform>%n findings shown</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PersonalTrainingPage</name>
    <message numerus="yes">
        <source>about %n minute(s) left</source>
        <translation>
            <numerusform>about %n minute left</numerusform>
            <numerusform>about %n minutes left</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PrivacyPage</name>
    <message numerus="yes">
        <source>%n file(s), {0}</source>
        <translation>
            <numerusform>%n file, {0}</numerusform>
            <numerusform>%n files, {0}</numerusform>
        </translation>
    </message>
</context>
</TS>
