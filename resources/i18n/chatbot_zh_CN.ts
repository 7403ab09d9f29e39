<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>AboutDialog</name>
    <message>
        <source>About Wren</source>
        <translation>关于 Wren</translation>
    </message>
    <message>
        <source>About</source>
        <translation>关于</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>这台电脑</translation>
    </message>
    <message>
        <source>Version {0}</source>
        <translation>版本 {0}</translation>
    </message>
    <message>
        <source>A private chatbot: a small recurrent language model that runs on this computer&apos;s processor and remembers each conversation as a state of some kilobytes.</source>
        <translation>一个私密的聊天机器人：一个小型循环语言模型，在这台电脑的处理器上运行，用几千字节的状态记住每段对话。</translation>
    </message>
    <message>
        <source>It is small. It can chat, keep a name it was told and write in a friendly tone; it does not know much about the world, it cannot look anything up, and it makes mistakes with full confidence. Do not rely on what it says.</source>
        <translation>它很小。它会聊天，能记住告诉它的名字，语气友好；但它对世界所知不多，不能查找任何资料，而且会满怀自信地出错。请不要依赖它说的话。</translation>
    </message>
    <message>
        <source>Every word of a reply is chosen by chance from the probabilities the model computes. Nobody is on the other side, and no reply is the opinion of a person.</source>
        <translation>回复中的每个词都是按模型算出的概率随机选取的。另一端没有人，任何回复都不代表某个人的看法。</translation>
    </message>
    <message>
        <source>Everything stays on this computer, unencrypted, in files that only your user account may read.</source>
        <translation>所有内容都留在这台电脑上，未加密，保存在只有您的用户账户可以读取的文件中。</translation>
    </message>
    <message>
        <source>Model {0}: {1} million parameters, licence {2}</source>
        <translation>模型 {0}：{1} 百万参数，许可证 {2}</translation>
    </message>
    <message>
        <source>Free software under the MIT licence. Built with Qt (LGPL) and PyTorch.</source>
        <translation>采用 MIT 许可证的自由软件。基于 Qt（LGPL）和 PyTorch 构建。</translation>
    </message>
    <message>
        <source>Program</source>
        <translation>程序</translation>
    </message>
    <message>
        <source>System</source>
        <translation>系统</translation>
    </message>
    <message>
        <source>Chats</source>
        <translation>聊天记录</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>日志</translation>
    </message>
    <message>
        <source>Fonts</source>
        <translation>字体</translation>
    </message>
    <message>
        <source>nothing missing</source>
        <translation>没有缺少</translation>
    </message>
    <message>
        <source>&amp;Copy for a report</source>
        <translation>复制以便报告(&amp;C)</translation>
    </message>
</context>
<context>
    <name>Actions</name>
    <message>
        <source>Conversation</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>消息</translation>
    </message>
    <message>
        <source>Moving about</source>
        <translation>移动</translation>
    </message>
    <message>
        <source>View</source>
        <translation>视图</translation>
    </message>
    <message>
        <source>Program</source>
        <translation>程序</translation>
    </message>
    <message>
        <source>New conversation</source>
        <translation>新建对话</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>重命名</translation>
    </message>
    <message>
        <source>Pin or unpin</source>
        <translation>置顶或取消置顶</translation>
    </message>
    <message>
        <source>Delete conversation</source>
        <translation>删除对话</translation>
    </message>
    <message>
        <source>Undo delete</source>
        <translation>撤销删除</translation>
    </message>
    <message>
        <source>Deleted conversations…</source>
        <translation>已删除的对话…</translation>
    </message>
    <message>
        <source>Search all messages</source>
        <translation>搜索全部消息</translation>
    </message>
    <message>
        <source>Export this conversation…</source>
        <translation>导出此对话…</translation>
    </message>
    <message>
        <source>Export all conversations…</source>
        <translation>导出全部对话…</translation>
    </message>
    <message>
        <source>Import conversations…</source>
        <translation>导入对话…</translation>
    </message>
    <message>
        <source>Stop writing</source>
        <translation>停止生成</translation>
    </message>
    <message>
        <source>Regenerate the reply</source>
        <translation>重新生成回复</translation>
    </message>
    <message>
        <source>Continue the reply</source>
        <translation>继续生成回复</translation>
    </message>
    <message>
        <source>Previous version</source>
        <translation>上一个版本</translation>
    </message>
    <message>
        <source>Next version</source>
        <translation>下一个版本</translation>
    </message>
    <message>
        <source>Edit message</source>
        <translation>编辑消息</translation>
    </message>
    <message>
        <source>Copy message</source>
        <translation>复制消息</translation>
    </message>
    <message>
        <source>Good reply, or take that back</source>
        <translation>好的回复，或撤回评价</translation>
    </message>
    <message>
        <source>Bad reply, or take that back</source>
        <translation>不好的回复，或撤回评价</translation>
    </message>
    <message>
        <source>Branch from here</source>
        <translation>从这里分支</translation>
    </message>
    <message>
        <source>Forget from here</source>
        <translation>从这里起忘记</translation>
    </message>
    <message>
        <source>Write a message</source>
        <translation>输入消息</translation>
    </message>
    <message>
        <source>Next part of the window</source>
        <translation>窗口的下一部分</translation>
    </message>
    <message>
        <source>Previous part of the window</source>
        <translation>窗口的上一部分</translation>
    </message>
    <message>
        <source>Next conversation</source>
        <translation>下一个对话</translation>
    </message>
    <message>
        <source>Previous conversation</source>
        <translation>上一个对话</translation>
    </message>
    <message>
        <source>Jump to the newest message</source>
        <translation>跳到最新消息</translation>
    </message>
    <message>
        <source>Show or hide the conversations</source>
        <translation>显示或隐藏对话列表</translation>
    </message>
    <message>
        <source>Show or hide the reply settings</source>
        <translation>显示或隐藏回复设置</translation>
    </message>
    <message>
        <source>Larger</source>
        <translation>放大</translation>
    </message>
    <message>
        <source>Smaller</source>
        <translation>缩小</translation>
    </message>
    <message>
        <source>Normal size</source>
        <translation>正常大小</translation>
    </message>
    <message>
        <source>Full screen</source>
        <translation>全屏</translation>
    </message>
    <message>
        <source>Make a personal model…</source>
        <translation>制作个人模型…</translation>
    </message>
    <message>
        <source>Models…</source>
        <translation>模型…</translation>
    </message>
    <message>
        <source>Preferences…</source>
        <translation>首选项…</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>键盘快捷键</translation>
    </message>
    <message>
        <source>About</source>
        <translation>关于</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>Take the suggested words</source>
        <translation>采用建议的文字</translation>
    </message>
    <message>
        <source>Take one suggested word</source>
        <translation>采用建议中的一个词</translation>
    </message>
    <message>
        <source>Hide the suggestion</source>
        <translation>隐藏建议</translation>
    </message>
</context>
<context>
    <name>AnswerButton</name>
    <message>
        <source>Answer {0}: {1}</source>
        <translation>回答 {0}：{1}</translation>
    </message>
</context>
<context>
    <name>ChangedDot</name>
    <message>
        <source>Changed from the default</source>
        <translation>与默认值不同</translation>
    </message>
</context>
<context>
    <name>ChatHeader</name>
    <message>
        <source>Show or hide the conversations</source>
        <translation>显示或隐藏对话列表</translation>
    </message>
    <message>
        <source>Show or hide the reply settings</source>
        <translation>显示或隐藏回复设置</translation>
    </message>
    <message>
        <source>Conversation actions</source>
        <translation>对话操作</translation>
    </message>
    <message>
        <source>own settings</source>
        <translation>独立设置</translation>
    </message>
    <message>
        <source>This conversation has reply settings of its own</source>
        <translation>此对话有自己的回复设置</translation>
    </message>
    <message>
        <source>imitation</source>
        <translation>模仿</translation>
    </message>
    <message>
        <source>This model learned from somebody&apos;s messages. Its words are a model&apos;s and not that person&apos;s.</source>
        <translation>这个模型从某个人的消息中学习而来。它说的话出自模型，而不是那个人。</translation>
    </message>
    <message>
        <source>New conversation</source>
        <translation>新建对话</translation>
    </message>
    <message>
        <source>Loading the language model…</source>
        <translation>正在加载语言模型…</translation>
    </message>
    <message>
        <source>No language model</source>
        <translation>没有语言模型</translation>
    </message>
    <message>
        <source>Model: {0}</source>
        <translation>模型：{0}</translation>
    </message>
</context>
<context>
    <name>ChatModel</name>
    <message>
        <source>version {0} of {1}</source>
        <translation>第 {0} 个版本，共 {1} 个</translation>
    </message>
    <message>
        <source>good reply, you said</source>
        <translation>你评为好的回复</translation>
    </message>
    <message>
        <source>bad reply, you said</source>
        <translation>你评为不好的回复</translation>
    </message>
    <message>
        <source>memory starts here</source>
        <translation>记忆从这里开始</translation>
    </message>
    <message>
        <source>You</source>
        <translation>您</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>已停止</translation>
    </message>
    <message>
        <source>interrupted</source>
        <translation>已中断</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>writing</source>
        <translation>正在生成</translation>
    </message>
</context>
<context>
    <name>ChatPane</name>
    <message>
        <source>{0} is a language model that imitates how somebody writes. None of this was said by that person.</source>
        <translation>{0} 是一个模仿某人写作方式的语言模型。这里的话都不是那个人说的。</translation>
    </message>
    <message>
        <source>{0} is a small language model on this computer. It can be wrong.</source>
        <translation>{0} 是在这台电脑上运行的小型语言模型，它可能会出错。</translation>
    </message>
</context>
<context>
    <name>Composer</name>
    <message>
        <source>Cancel editing</source>
        <translation>取消编辑</translation>
    </message>
    <message>
        <source>Cancel editing (Esc)</source>
        <translation>取消编辑 (Esc)</translation>
    </message>
    <message>
        <source>Write to {0}</source>
        <translation>给 {0} 写消息</translation>
    </message>
    <message>
        <source>Enter sends, Shift+Enter makes a new line</source>
        <translation>Enter 发送，Shift+Enter 换行</translation>
    </message>
    <message>
        <source>Ctrl+Enter sends, Enter makes a new line</source>
        <translation>Ctrl+Enter 发送，Enter 换行</translation>
    </message>
    <message>
        <source>Suggestion: {0}. Tab takes it, Esc hides it. {1}</source>
        <translation>建议：{0}。按 Tab 采用，按 Esc 隐藏。{1}</translation>
    </message>
    <message>
        <source>Editing your message. Sending writes a new version; the old one stays.</source>
        <translation>正在编辑您的消息。发送后生成新版本，旧版本会保留。</translation>
    </message>
    <message>
        <source>Editing the reply. Saving makes a new version; the old one stays.</source>
        <translation>正在编辑回复。保存后生成新版本，旧版本会保留。</translation>
    </message>
    <message>
        <source>Stop writing</source>
        <translation>停止生成</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>发送</translation>
    </message>
</context>
<context>
    <name>ConversationDelegate</name>
    <message>
        <source>Title of the conversation</source>
        <translation>对话标题</translation>
    </message>
    <message>
        <source>Empty: from the first words</source>
        <translation>留空：取自开头的文字</translation>
    </message>
</context>
<context>
    <name>ConversationListModel</name>
    <message>
        <source>New conversation</source>
        <translation>新建对话</translation>
    </message>
    <message>
        <source>pinned</source>
        <translation>已置顶</translation>
    </message>
    <message>
        <source>has a draft</source>
        <translation>有草稿</translation>
    </message>
</context>
<context>
    <name>ConversationListPanel</name>
    <message>
        <source>Search all messages</source>
        <translation>搜索全部消息</translation>
    </message>
    <message>
        <source>New conversation</source>
        <translation>新建对话</translation>
    </message>
    <message>
        <source>Found messages</source>
        <translation>找到的消息</translation>
    </message>
    <message>
        <source>Nothing found for “{0}”.</source>
        <translation>没有找到“{0}”。</translation>
    </message>
</context>
<context>
    <name>ConversationListView</name>
    <message>
        <source>Conversations</source>
        <translation>对话列表</translation>
    </message>
</context>
<context>
    <name>DeletedDialog</name>
    <message>
        <source>Deleted conversations</source>
        <translation>已删除的对话</translation>
    </message>
    <message>
        <source>Deleted conversations can be brought back for 30 days. Then they are erased at a start of the program, and with the next backups nothing is left of them.</source>
        <translation>已删除的对话在 30 天内可以恢复。之后会在程序启动时被彻底清除；待备份更新后，便不再留下任何痕迹。</translation>
    </message>
    <message>
        <source>Nothing was deleted in the last 30 days.</source>
        <translation>最近 30 天内没有删除任何对话。</translation>
    </message>
    <message>
        <source>&amp;Bring back</source>
        <translation>恢复(&amp;B)</translation>
    </message>
    <message>
        <source>&amp;Erase now…</source>
        <translation>立即清除(&amp;E)…</translation>
    </message>
    <message>
        <source>Conversation</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>Deleted</source>
        <translation>删除于</translation>
    </message>
    <message>
        <source>Erased after</source>
        <translation>清除于</translation>
    </message>
    <message>
        <source>New conversation</source>
        <translation>新对话</translation>
    </message>
    <message>
        <source>Erase “{0}” for good? Only the backups of the last days still hold it, until they are replaced.</source>
        <translation>要彻底清除“{0}”吗？只有最近几天的备份中还保留着它，直到备份被替换为止。</translation>
    </message>
    <message>
        <source>Erase these {0} conversations for good? Only the backups of the last days still hold them, until they are replaced.</source>
        <translation>要彻底清除这 {0} 个对话吗？只有最近几天的备份中还保留着它们，直到备份被替换为止。</translation>
    </message>
    <message>
        <source>Erase</source>
        <translation>清除</translation>
    </message>
</context>
<context>
    <name>DistributionView</name>
    <message>
        <source>end of reply</source>
        <translation>回复结束</translation>
    </message>
    <message>
        <source>The next token</source>
        <translation>下一个词元</translation>
    </message>
    <message>
        <source>Show or hide the next token</source>
        <translation>显示或隐藏下一个词元</translation>
    </message>
    <message>
        <source>Show as a list</source>
        <translation>显示为列表</translation>
    </message>
    <message>
        <source>Entropy says how open the choice is: each bit doubles it. In brackets the model&apos;s own, before the settings. Cut is the probability of the tokens that the settings exclude.</source>
        <translation>熵表示选择有多开放：每多一比特，可选范围翻一倍。括号中是应用设置前模型自身的熵。“截去”是被设置排除的词元的概率之和。</translation>
    </message>
    <message>
        <source>Shown as soon as the model is ready and a conversation is open.</source>
        <translation>模型就绪并打开对话后显示。</translation>
    </message>
    <message>
        <source>Likeliest next tokens</source>
        <translation>最可能的下一个词元</translation>
    </message>
    <message>
        <source>Token</source>
        <translation>词元</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>With settings</source>
        <translation>应用设置后</translation>
    </message>
    <message>
        <source>Entropy {0} bits · {1} cut</source>
        <translation>熵 {0} 比特 · 截去 {1}</translation>
    </message>
    <message>
        <source>Entropy {0} bits (was {1}) · {2} cut</source>
        <translation>熵 {0} 比特（原为 {1}） · 截去 {2}</translation>
    </message>
    <message>
        <source>{0}: {1}, without settings {2}</source>
        <translation>{0}：{1}，不应用设置时 {2}</translation>
    </message>
    <message>
        <source>Picture of the likeliest next tokens</source>
        <translation>最可能的下一个词元的图示</translation>
    </message>
</context>
<context>
    <name>DropArea</name>
    <message>
        <source>Choose files…</source>
        <translation>选择文件…</translation>
    </message>
    <message>
        <source>Drop a chat export here</source>
        <translation>把聊天记录导出文件拖到这里</translation>
    </message>
    <message>
        <source>WhatsApp, Telegram, Discord, Messenger, Instagram, Slack, Signal, iMessage, LINE and more; zip files and folders too.</source>
        <translation>WhatsApp、Telegram、Discord、Messenger、Instagram、Slack、Signal、iMessage、LINE 等；zip 文件和文件夹也可以。</translation>
    </message>
    <message>
        <source>In WhatsApp: open the chat, then More, Export chat, Without media. It is read on this computer and nowhere else.</source>
        <translation>在 WhatsApp 中：打开聊天，依次选择“更多”“导出聊天”“不包含媒体”。文件只在这台电脑上读取。</translation>
    </message>
    <message>
        <source>Choose chat exports</source>
        <translation>选择聊天记录导出文件</translation>
    </message>
</context>
<context>
    <name>EmptyTranscript</name>
    <message>
        <source>Say hello to Wren</source>
        <translation>向 Wren 问个好</translation>
    </message>
    <message>
        <source>Small talk works best. Tell Wren your name and ask for it later, or begin with one of these:</source>
        <translation>闲聊最合适。告诉 Wren 您的名字，稍后再问它，或者从下面选一句开始：</translation>
    </message>
    <message>
        <source>Send: {0}</source>
        <translation>发送：{0}</translation>
    </message>
</context>
<context>
    <name>ExportDialog</name>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>&amp;This conversation</source>
        <translation>此对话(&amp;T)</translation>
    </message>
    <message>
        <source>&amp;All conversations</source>
        <translation>全部对话(&amp;A)</translation>
    </message>
    <message>
        <source>What</source>
        <translation>内容</translation>
    </message>
    <message>
        <source>Choose file…</source>
        <translation>选择文件…</translation>
    </message>
    <message>
        <source>&amp;Markdown, to read and to publish</source>
        <translation>Markdown，便于阅读和发布(&amp;M)</translation>
    </message>
    <message>
        <source>Plain &amp;text, to read</source>
        <translation>纯文本，便于阅读(&amp;T)</translation>
    </message>
    <message>
        <source>&amp;JSON, complete: every version, can be imported again</source>
        <translation>JSON，完整：包含所有版本，可重新导入(&amp;J)</translation>
    </message>
    <message>
        <source>As</source>
        <translation>格式</translation>
    </message>
    <message>
        <source>The file is not encrypted: whoever has it can read it.</source>
        <translation>文件未加密：任何得到它的人都能读取。</translation>
    </message>
</context>
<context>
    <name>FindingsModel</name>
    <message>
        <source>Kind</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>Found</source>
        <translation>找到的内容</translation>
    </message>
    <message>
        <source>Who</source>
        <translation>谁</translation>
    </message>
</context>
<context>
    <name>GuessingGameDialog</name>
    <message>
        <source>Guessing game</source>
        <translation>猜猜看</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>上一步</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Which answer is the real one?</source>
        <translation>哪一条是真人的回答？</translation>
    </message>
    <message>
        <source>Said</source>
        <translation>对方说</translation>
    </message>
    <message>
        <source>Answers</source>
        <translation>回答</translation>
    </message>
    <message>
        <source>Press 1, 2 or 3. One answer is the real one, one the base model&apos;s and one the personal model&apos;s; which is which is told at the end.</source>
        <translation>按 1、2 或 3。三条回答中，一条出自真人，一条出自基础模型，一条出自个人模型；谜底在最后揭晓。</translation>
    </message>
    <message>
        <source>Nothing of this is stored: the game is gone when the result is closed.</source>
        <translation>这些内容不会保存：关闭结果后，游戏也随之消失。</translation>
    </message>
    <message>
        <source>{0} of {1}</source>
        <translation>第 {0} 题，共 {1} 题</translation>
    </message>
    <message>
        <source>Said: {0}</source>
        <translation>对方说：{0}</translation>
    </message>
</context>
<context>
    <name>GuessingGameEnd</name>
    <message>
        <source>Who wrote what</source>
        <translation>谁写了哪一条</translation>
    </message>
    <message>
        <source>You found {0} of {1} real answers</source>
        <translation>{1} 条真人回答中，你猜中了 {0} 条</translation>
    </message>
    <message>
        <source>Pure guessing finds about {0}. Answers taken for real: {1} of the personal model, {2} of the base model.</source>
        <translation>随便猜大约能猜中 {0} 条。被当成真人的回答：个人模型 {1} 条，基础模型 {2} 条。</translation>
    </message>
    <message>
        <source>Between the real answer and the personal model&apos;s you chose the real one {0} of {1} times</source>
        <translation>在真人回答与个人模型的回答之间，{1} 次中你有 {0} 次选了真人的</translation>
    </message>
    <message>
        <source>{0}. So few say nothing: even the best score may be luck.</source>
        <translation>{0}。次数太少，说明不了什么：即使全对也可能只是运气。</translation>
    </message>
    <message>
        <source>{0}; a coin does that or worse in {1} of 100 games. You took the personal model for the person more often than luck explains.</source>
        <translation>{0}；抛硬币每 100 局中有 {1} 局会同样少或更少。你把个人模型当成真人的次数，已不能用运气来解释。</translation>
    </message>
    <message>
        <source>{0}; a coin does that or better in {1} of 100 games. You can tell the person from the personal model.</source>
        <translation>{0}；抛硬币每 100 局中有 {1} 局会同样多或更多。你能分辨出真人和个人模型。</translation>
    </message>
    <message>
        <source>{0}; a coin does that or better in {1} of 100 games. This may be luck, and does not say whether you can tell the person from the personal model.</source>
        <translation>{0}；抛硬币每 100 局中有 {1} 局会同样多或更多。这可能只是运气，看不出你能否分辨真人和个人模型。</translation>
    </message>
    <message>
        <source>Real answer</source>
        <translation>真实回答</translation>
    </message>
    <message>
        <source>Base model</source>
        <translation>基础模型</translation>
    </message>
    <message>
        <source>Personal model</source>
        <translation>个人模型</translation>
    </message>
    <message>
        <source>{0} (your guess)</source>
        <translation>{0}（你选的）</translation>
    </message>
    <message>
        <source>Said</source>
        <translation>对方说</translation>
    </message>
</context>
<context>
    <name>KeptFiles</name>
    <message>
        <source>Your conversations</source>
        <translation>您的对话</translation>
    </message>
    <message>
        <source>Backup of your conversations</source>
        <translation>对话的备份</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Unfinished training of a personal model</source>
        <translation>未完成的个人模型训练</translation>
    </message>
    <message>
        <source>Log, without any message text</source>
        <translation>日志，不含任何消息内容</translation>
    </message>
    <message>
        <source>Cache; may be deleted at any time</source>
        <translation>缓存，可随时删除</translation>
    </message>
    <message>
        <source>Other</source>
        <translation>其他</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Wren</source>
        <translation>Wren</translation>
    </message>
    <message>
        <source>{0} – Wren</source>
        <translation>{0} – Wren</translation>
    </message>
    <message>
        <source>New conversation</source>
        <translation>新建对话</translation>
    </message>
    <message>
        <source>“{0}” was deleted.</source>
        <translation>已删除“{0}”。</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message numerus="yes">
        <source>%n conversation(s) imported.</source>
        <translation>
            <numerusform>已导入 %n 个对话。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n conversation(s) written to {0}.</source>
        <translation>
            <numerusform>已将 %n 个对话写入 {0}。</numerusform>
        </translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
</context>
<context>
    <name>MessageBar</name>
    <message>
        <source>Message actions</source>
        <translation>消息操作</translation>
    </message>
    <message>
        <source>Copy message</source>
        <translation>复制消息</translation>
    </message>
    <message>
        <source>Edit and send again</source>
        <translation>编辑并重新发送</translation>
    </message>
    <message>
        <source>Write another reply</source>
        <translation>再写一条回复</translation>
    </message>
    <message>
        <source>Good reply</source>
        <translation>好的回复</translation>
    </message>
    <message>
        <source>Bad reply</source>
        <translation>不好的回复</translation>
    </message>
    <message>
        <source>More actions</source>
        <translation>更多操作</translation>
    </message>
    <message>
        <source>Previous version</source>
        <translation>上一个版本</translation>
    </message>
    <message>
        <source>Next version</source>
        <translation>下一个版本</translation>
    </message>
    <message>
        <source>Take back “good reply”</source>
        <translation>撤回“好的回复”</translation>
    </message>
    <message>
        <source>Take back “bad reply”</source>
        <translation>撤回“不好的回复”</translation>
    </message>
    <message>
        <source>version {0} of {1}</source>
        <translation>第 {0} 个版本，共 {1} 个</translation>
    </message>
</context>
<context>
    <name>MessageCommands</name>
    <message>
        <source>Message actions</source>
        <translation>消息操作</translation>
    </message>
    <message>
        <source>Copy selected text</source>
        <translation>复制所选文字</translation>
    </message>
    <message>
        <source>Copy message</source>
        <translation>复制消息</translation>
    </message>
    <message>
        <source>Select text</source>
        <translation>选择文字</translation>
    </message>
    <message>
        <source>Show the whole message</source>
        <translation>显示完整消息</translation>
    </message>
    <message>
        <source>Edit and send again</source>
        <translation>编辑并重新发送</translation>
    </message>
    <message>
        <source>Edit the reply</source>
        <translation>编辑回复</translation>
    </message>
    <message>
        <source>Write a reply</source>
        <translation>生成回复</translation>
    </message>
    <message>
        <source>Write another reply</source>
        <translation>再写一条回复</translation>
    </message>
    <message>
        <source>Continue the reply</source>
        <translation>继续生成回复</translation>
    </message>
    <message>
        <source>Previous version</source>
        <translation>上一个版本</translation>
    </message>
    <message>
        <source>Next version</source>
        <translation>下一个版本</translation>
    </message>
    <message>
        <source>Branch into a new conversation</source>
        <translation>分支为新对话</translation>
    </message>
    <message>
        <source>Forget everything above</source>
        <translation>忘记以上全部内容</translation>
    </message>
    <message>
        <source>Remember what is above again</source>
        <translation>重新记住以上内容</translation>
    </message>
    <message>
        <source>Take back “good reply”</source>
        <translation>撤回“好的回复”</translation>
    </message>
    <message>
        <source>Good reply</source>
        <translation>好的回复</translation>
    </message>
    <message>
        <source>Take back “bad reply”</source>
        <translation>撤回“不好的回复”</translation>
    </message>
    <message>
        <source>Bad reply</source>
        <translation>不好的回复</translation>
    </message>
</context>
<context>
    <name>MessageDelegate</name>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>The program ended while this was written. Continue</source>
        <translation>生成时程序结束了。继续</translation>
    </message>
    <message>
        <source>Stopped. Continue</source>
        <translation>已停止。继续</translation>
    </message>
    <message>
        <source>Show the whole message</source>
        <translation>显示完整消息</translation>
    </message>
    <message>
        <source>This reply could not be written.</source>
        <translation>无法生成这条回复。</translation>
    </message>
    <message>
        <source>{0} remembers only what comes after this line</source>
        <translation>{0} 只记得这条线之后的内容</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>今天</translation>
    </message>
    <message>
        <source>Yesterday</source>
        <translation>昨天</translation>
    </message>
    <message>
        <source>language model</source>
        <translation>语言模型</translation>
    </message>
    <message>
        <source>written by a language model, not by a person</source>
        <translation>由语言模型撰写，并非真人</translation>
    </message>
    <message>
        <source>edited by you</source>
        <translation>由您编辑</translation>
    </message>
    <message>
        <source>{0} tokens</source>
        <translation>{0} 个词元</translation>
    </message>
    <message>
        <source>{0} per second</source>
        <translation>每秒 {0} 个</translation>
    </message>
    <message>
        <source>version {0} of {1}</source>
        <translation>第 {0} 个版本，共 {1} 个</translation>
    </message>
</context>
<context>
    <name>MessageField</name>
    <message>
        <source>Message</source>
        <translation>消息</translation>
    </message>
</context>
<context>
    <name>MessageReader</name>
    <message>
        <source>Text of the message by {0}</source>
        <translation>{0} 的消息文本</translation>
    </message>
</context>
<context>
    <name>MessageWindow</name>
    <message>
        <source>Message by {0}</source>
        <translation>{0} 的消息</translation>
    </message>
    <message>
        <source>Text of the message by {0}</source>
        <translation>{0} 的消息文本</translation>
    </message>
</context>
<context>
    <name>ModelButton</name>
    <message>
        <source>Choose the model of this conversation</source>
        <translation>选择此对话使用的模型</translation>
    </message>
    <message>
        <source>Use the default model</source>
        <translation>使用默认模型</translation>
    </message>
    <message>
        <source>Compare models…</source>
        <translation>比较模型…</translation>
    </message>
    <message>
        <source>{0} (personal)</source>
        <translation>{0}（个人）</translation>
    </message>
    <message>
        <source>It learned from somebody&apos;s messages. Its words are a model&apos;s and not that person&apos;s.</source>
        <translation>它从某个人的消息中学习而来。它说的话出自模型，而不是那个人。</translation>
    </message>
</context>
<context>
    <name>ModelCardView</name>
    <message>
        <source>Model card</source>
        <translation>模型卡片</translation>
    </message>
</context>
<context>
    <name>ModelComparisonColumn</name>
    <message>
        <source>Its reply will stand here.</source>
        <translation>它的回复会显示在这里。</translation>
    </message>
    <message>
        <source>Use this model here</source>
        <translation>在此使用该模型</translation>
    </message>
    <message>
        <source>{0} (personal)</source>
        <translation>{0}（个人）</translation>
    </message>
    <message>
        <source>Reply of {0}</source>
        <translation>{0} 的回复</translation>
    </message>
    <message>
        <source>Waits for the other one…</source>
        <translation>等待另一个模型…</translation>
    </message>
    <message>
        <source>Loading the language model…</source>
        <translation>正在加载语言模型…</translation>
    </message>
    <message>
        <source>Writing…</source>
        <translation>正在书写…</translation>
    </message>
    <message numerus="yes">
        <source>%n word(s)</source>
        <translation>
            <numerusform>%n 个词</numerusform>
        </translation>
    </message>
    <message>
        <source>{0} tokens per second</source>
        <translation>每秒 {0} 个词元</translation>
    </message>
    <message>
        <source>first token after {0} s</source>
        <translation>首个词元 {0} 秒</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>已停止</translation>
    </message>
</context>
<context>
    <name>ModelComparisonWindow</name>
    <message>
        <source>Compare models</source>
        <translation>比较模型</translation>
    </message>
    <message>
        <source>What shall both answer?</source>
        <translation>想让两个模型回答什么？</translation>
    </message>
    <message>
        <source>First model</source>
        <translation>第一个模型</translation>
    </message>
    <message>
        <source>Second model</source>
        <translation>第二个模型</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>比较</translation>
    </message>
    <message>
        <source>New conversation</source>
        <translation>新对话</translation>
    </message>
    <message>
        <source>With what was said before in “{0}”</source>
        <translation>包含“{0}”中之前的内容</translation>
    </message>
    <message>
        <source>It already writes here.</source>
        <translation>此对话已在使用它。</translation>
    </message>
    <message>
        <source>From the next reply on it writes in “{0}”.</source>
        <translation>从下一条回复起，“{0}”将由它书写。</translation>
    </message>
    <message>
        <source>There is only one model on this computer. Add another one on the page of models.</source>
        <translation>本机只有一个模型。请在模型页面再添加一个。</translation>
    </message>
    <message>
        <source>Choose two different models.</source>
        <translation>请选择两个不同的模型。</translation>
    </message>
</context>
<context>
    <name>ModelDetails</name>
    <message>
        <source>Progress of the download</source>
        <translation>下载进度</translation>
    </message>
    <message>
        <source>No model is chosen.</source>
        <translation>未选择模型。</translation>
    </message>
    <message>
        <source>Use for new conversations</source>
        <translation>用于新对话</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>下载</translation>
    </message>
    <message>
        <source>Update</source>
        <translation>更新</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Cancel download</source>
        <translation>取消下载</translation>
    </message>
    <message>
        <source>Verify</source>
        <translation>校验</translation>
    </message>
    <message>
        <source>Compare…</source>
        <translation>比较…</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>打开文件夹</translation>
    </message>
    <message>
        <source>Delete…</source>
        <translation>删除…</translation>
    </message>
</context>
<context>
    <name>ModelListView</name>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
</context>
<context>
    <name>ModelNumbers</name>
    <message>
        <source>Recalls what it was told</source>
        <translation>记得对话中说过的内容</translation>
    </message>
    <message>
        <source>Sensible answers about itself</source>
        <translation>关于自身的合理回答</translation>
    </message>
    <message>
        <source>Right answers to tiny knowledge questions</source>
        <translation>简单常识问题答对</translation>
    </message>
    <message>
        <source>Perplexity of the person&apos;s own messages, change</source>
        <translation>本人消息困惑度的变化</translation>
    </message>
    <message>
        <source>Change, lower end of the 95 % interval</source>
        <translation>变化，95 % 区间下限</translation>
    </message>
    <message>
        <source>Change, upper end of the 95 % interval</source>
        <translation>变化，95 % 区间上限</translation>
    </message>
    <message>
        <source>Perplexity of general text, change</source>
        <translation>一般文本困惑度的变化</translation>
    </message>
    <message>
        <source>Longest run copied from one message, words</source>
        <translation>照搬单条消息的最长片段（词）</translation>
    </message>
    <message>
        <source>Perplexity per word before</source>
        <translation>训练前每词困惑度</translation>
    </message>
    <message>
        <source>Perplexity per word after</source>
        <translation>训练后每词困惑度</translation>
    </message>
    <message>
        <source>Perplexity per word</source>
        <translation>每词困惑度</translation>
    </message>
    <message>
        <source>Words per reply</source>
        <translation>每条回复的词数</translation>
    </message>
    <message>
        <source>Word pairs that are different ones</source>
        <translation>不重复的词对</translation>
    </message>
    <message>
        <source>Words that are different ones</source>
        <translation>不重复的词</translation>
    </message>
    <message>
        <source>Repeated from its earlier replies</source>
        <translation>重复之前回复的内容</translation>
    </message>
    <message>
        <source>Repeated within a reply</source>
        <translation>同一回复内的重复</translation>
    </message>
    <message>
        <source>Replies that would fit anything</source>
        <translation>泛泛而谈的回复</translation>
    </message>
    <message>
        <source>Bits per character before</source>
        <translation>训练前每字符比特数</translation>
    </message>
    <message>
        <source>Bits per character after</source>
        <translation>训练后每字符比特数</translation>
    </message>
    <message>
        <source>Longest run found in the messages, words</source>
        <translation>消息中出现过的最长片段（词）</translation>
    </message>
    <message>
        <source>Replies looked through for copied runs</source>
        <translation>检查照搬时查看的回复数</translation>
    </message>
    <message>
        <source>Replies measured</source>
        <translation>测量的回复数</translation>
    </message>
    <message>
        <source>Conversations measured</source>
        <translation>测量的对话数</translation>
    </message>
    <message>
        <source>Perplexity per word, {0}</source>
        <translation>每词困惑度，{0}</translation>
    </message>
    <message>
        <source>Bits per byte, {0}</source>
        <translation>每字节比特数，{0}</translation>
    </message>
    <message>
        <source>Perplexity per word with int8 weights, {0}</source>
        <translation>每词困惑度（8 位整数权重），{0}</translation>
    </message>
    <message>
        <source>all text</source>
        <translation>全部文本</translation>
    </message>
    <message>
        <source>chats</source>
        <translation>闲聊</translation>
    </message>
    <message>
        <source>Wren&apos;s own dialogues</source>
        <translation>自有对话</translation>
    </message>
    <message>
        <source>chats with programs</source>
        <translation>与程序的聊天</translation>
    </message>
    <message>
        <source>spoken language</source>
        <translation>口语</translation>
    </message>
    <message>
        <source>task dialogues</source>
        <translation>任务对话</translation>
    </message>
    <message>
        <source>stories</source>
        <translation>故事</translation>
    </message>
    <message>
        <source>fiction</source>
        <translation>小说</translation>
    </message>
    <message>
        <source>non-fiction</source>
        <translation>非虚构</translation>
    </message>
</context>
<context>
    <name>ModelQuestions</name>
    <message>
        <source>Choose a folder that holds a model</source>
        <translation>选择包含模型的文件夹</translation>
    </message>
    <message>
        <source>Choose a zip file that holds a model</source>
        <translation>选择包含模型的 zip 文件</translation>
    </message>
    <message>
        <source>Model packages (*.zip)</source>
        <translation>模型包 (*.zip)</translation>
    </message>
    <message>
        <source>Choose an empty folder for your models</source>
        <translation>为模型选择一个空文件夹</translation>
    </message>
    <message>
        <source>Add a catalogue</source>
        <translation>添加目录</translation>
    </message>
    <message>
        <source>Address of the catalogue (https://, hf://owner/name or a folder).
It is asked now, and whenever you look for models.</source>
        <translation>目录的地址（https://、hf://owner/name 或文件夹）。
现在会查询一次，以后每次查找模型时也会查询。</translation>
    </message>
    <message>
        <source>Delete the model “{0}” from this computer? Conversations keep their texts.</source>
        <translation>要从这台电脑删除模型“{0}”吗？对话的文字会保留。</translation>
    </message>
    <message>
        <source>Delete model</source>
        <translation>删除模型</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Open link</source>
        <translation>打开链接</translation>
    </message>
    <message>
        <source>Open this address in your browser?

{0}</source>
        <translation>要在浏览器中打开这个地址吗？

{0}</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
</context>
<context>
    <name>Models</name>
    <message>
        <source>Installed</source>
        <translation>已安装</translation>
    </message>
    <message>
        <source>Cannot be used</source>
        <translation>无法使用</translation>
    </message>
    <message>
        <source>Available</source>
        <translation>可下载</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>已暂停</translation>
    </message>
    <message>
        <source>Waiting for its turn</source>
        <translation>排队等待</translation>
    </message>
    <message>
        <source>Downloading</source>
        <translation>正在下载</translation>
    </message>
    <message>
        <source>Checking</source>
        <translation>正在检查</translation>
    </message>
    <message>
        <source>Personal</source>
        <translation>个人</translation>
    </message>
    <message>
        <source>In use</source>
        <translation>使用中</translation>
    </message>
    <message>
        <source>Update to {0}</source>
        <translation>可更新到 {0}</translation>
    </message>
    <message>
        <source>{0} %</source>
        <translation>{0}%</translation>
    </message>
    <message>
        <source>{0} of {1}</source>
        <translation>{0}，共 {1}</translation>
    </message>
    <message>
        <source>{0}/s</source>
        <translation>{0}/秒</translation>
    </message>
    <message>
        <source>{0} left</source>
        <translation>剩余 {0}</translation>
    </message>
    <message>
        <source>{0} s</source>
        <translation>{0} 秒</translation>
    </message>
    <message>
        <source>{0} min</source>
        <translation>{0} 分钟</translation>
    </message>
    <message>
        <source>{0} h {1} min</source>
        <translation>{0} 小时 {1} 分钟</translation>
    </message>
    <message>
        <source>{0} million parameters</source>
        <translation>{0} 百万参数</translation>
    </message>
    <message>
        <source>{0} parameters</source>
        <translation>{0} 个参数</translation>
    </message>
    <message>
        <source>needs {0} of memory</source>
        <translation>需要 {0} 内存</translation>
    </message>
    <message>
        <source>made from {0}</source>
        <translation>由 {0} 制作</translation>
    </message>
    <message>
        <source>Version {0}</source>
        <translation>版本 {0}</translation>
    </message>
</context>
<context>
    <name>ModelsPage</name>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>The model {0} was added.</source>
        <translation>已添加模型 {0}。</translation>
    </message>
    <message>
        <source>The model {0} is installed.</source>
        <translation>模型 {0} 已安装。</translation>
    </message>
    <message>
        <source>The model {0} was deleted.</source>
        <translation>已删除模型 {0}。</translation>
    </message>
    <message>
        <source>The model {0} is in order.</source>
        <translation>模型 {0} 完好无损。</translation>
    </message>
    <message>
        <source>The models are in {0} now.</source>
        <translation>模型现在位于 {0}。</translation>
    </message>
    <message>
        <source>Replace it</source>
        <translation>替换</translation>
    </message>
</context>
<context>
    <name>ModelsToolbar</name>
    <message>
        <source>Add model</source>
        <translation>添加模型</translation>
    </message>
    <message>
        <source>Look for models</source>
        <translation>查找模型</translation>
    </message>
    <message>
        <source>Asks your catalogues what they offer. Without your click nothing is asked.</source>
        <translation>查询您的目录提供哪些模型。您不点击就不会查询。</translation>
    </message>
    <message>
        <source>Catalogues and folder</source>
        <translation>目录与文件夹</translation>
    </message>
    <message>
        <source>From your chats…</source>
        <translation>用你的聊天记录制作…</translation>
    </message>
    <message>
        <source>From a folder…</source>
        <translation>从文件夹…</translation>
    </message>
    <message>
        <source>From a zip file…</source>
        <translation>从 zip 文件…</translation>
    </message>
    <message>
        <source>Models use {0}; {1} are free</source>
        <translation>模型占用 {0}；剩余空间 {1}</translation>
    </message>
    <message>
        <source>Add a catalogue…</source>
        <translation>添加目录…</translation>
    </message>
    <message>
        <source>Forget a catalogue</source>
        <translation>移除目录</translation>
    </message>
    <message>
        <source>Move the folder of models…</source>
        <translation>移动模型文件夹…</translation>
    </message>
</context>
<context>
    <name>NoticeBar</name>
    <message>
        <source>Notice</source>
        <translation>通知</translation>
    </message>
    <message>
        <source>Close the notice</source>
        <translation>关闭通知</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>OptionRow</name>
    <message>
        <source>Off</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Switch off: {0}</source>
        <translation>关闭：{0}</translation>
    </message>
    <message>
        <source>Switches this off; another click brings the value back.</source>
        <translation>关闭此项；再次点击恢复原来的值。</translation>
    </message>
    <message>
        <source>{0}, slider</source>
        <translation>{0}，滑块</translation>
    </message>
</context>
<context>
    <name>OwnChatsCard</name>
    <message>
        <source>Learn from my chats</source>
        <translation>从我的对话中学习</translation>
    </message>
    <message>
        <source>Or from your conversations here: your own words, and the replies that you edited, liked or kept after another version. Nothing of deleted conversations.</source>
        <translation>也可以从这里的对话中学习：你自己写的话，以及你编辑过、点赞过或在多个版本中选用的回复。已删除的对话不会用到。</translation>
    </message>
</context>
<context>
    <name>PersonalDialog</name>
    <message>
        <source>Make a personal model</source>
        <translation>制作个人模型</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>上一步</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>聊天记录</translation>
    </message>
    <message>
        <source>Person</source>
        <translation>人物</translation>
    </message>
    <message>
        <source>Private data</source>
        <translation>隐私数据</translation>
    </message>
    <message>
        <source>Learning</source>
        <translation>学习</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>Start learning</source>
        <translation>开始学习</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>下一步</translation>
    </message>
    <message>
        <source>One model is made at a time; drop the chat again when this one is done.</source>
        <translation>一次只能制作一个模型；等这个完成后，请再把聊天记录拖进来。</translation>
    </message>
    <message>
        <source>This is the result of the last training. Close it, then drop the chat again.</source>
        <translation>这是上次训练的结果。请先关闭它，再把聊天记录拖进来。</translation>
    </message>
    <message>
        <source>Another training is going on; wait for it, or stop it first.</source>
        <translation>另一次训练正在进行；请等它结束，或先停止它。</translation>
    </message>
    <message>
        <source>Stopped. Starting the same again goes on from here.</source>
        <translation>已停止。再次开始同样的训练会从这里继续。</translation>
    </message>
    <message>
        <source>Stopped before anything was learned.</source>
        <translation>已停止，还没有学到任何内容。</translation>
    </message>
</context>
<context>
    <name>PersonalFilePage</name>
    <message>
        <source>Reading the export</source>
        <translation>正在读取导出文件</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>正在读取…</translation>
    </message>
    <message>
        <source>{0} is {1}</source>
        <translation>{0} 是 {1}</translation>
    </message>
    <message>
        <source>Tables with other columns can be learned from in the terminal.</source>
        <translation>其他列格式的表格可以在终端里学习。</translation>
    </message>
</context>
<context>
    <name>PersonalLossPlot</name>
    <message>
        <source>loss</source>
        <translation>损失</translation>
    </message>
    <message>
        <source>step</source>
        <translation>步</translation>
    </message>
</context>
<context>
    <name>PersonalModels</name>
    <message>
        <source>The training of “{0}” is not finished.</source>
        <translation>“{0}”的训练还没有完成。</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>“{0}” has learned and is ready.</source>
        <translation>“{0}”已经学完，可以使用了。</translation>
    </message>
    <message>
        <source>The training of “{0}” has ended; the base model is kept.</source>
        <translation>“{0}”的训练已结束；保留基础模型。</translation>
    </message>
    <message>
        <source>Show the result</source>
        <translation>查看结果</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>查看</translation>
    </message>
    <message>
        <source>“{0}” was deleted with everything it had learned and remembered.</source>
        <translation>“{0}”已删除，它学到和记住的一切也一并删除了。</translation>
    </message>
</context>
<context>
    <name>PersonalQuestions</name>
    <message>
        <source>Delete “{0}”? The model and everything it learned go for good. The chat it learned from is not touched.</source>
        <translation>要删除“{0}”吗？这个模型和它学到的一切会永久消失。它学习用的聊天记录不受影响。</translation>
    </message>
    <message>
        <source>Delete model</source>
        <translation>删除模型</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Give up “{0}”? What was learned so far goes for good. The chat it learned from is not touched.</source>
        <translation>要放弃“{0}”吗？到目前为止学到的内容会永久消失。它学习用的聊天记录不受影响。</translation>
    </message>
    <message>
        <source>Unfinished training</source>
        <translation>未完成的训练</translation>
    </message>
    <message>
        <source>Give up</source>
        <translation>放弃</translation>
    </message>
</context>
<context>
    <name>PersonalResultPage</name>
    <message>
        <source>Use it</source>
        <translation>使用它</translation>
    </message>
    <message>
        <source>Keep the base model</source>
        <translation>保留基础模型</translation>
    </message>
    <message>
        <source>Delete it</source>
        <translation>删除它</translation>
    </message>
    <message>
        <source>The model, its memory of conversations and everything learned go.</source>
        <translation>模型、它对各对话的记忆以及学到的一切都会被删除。</translation>
    </message>
    <message>
        <source>What it says are a program&apos;s words, not the person&apos;s.</source>
        <translation>它说的是程序的话，不是那个人的话。</translation>
    </message>
    <message>
        <source>It helped</source>
        <translation>有帮助</translation>
    </message>
    <message>
        <source>The base model is kept</source>
        <translation>保留基础模型</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Messages it had never seen surprise it {0} % less than the base model; with 95 % certainty between {1} and {2} %.</source>
        <translation>对从未见过的消息，它比基础模型少意外 {0} %；95 % 的把握在 {1} % 到 {2} % 之间。</translation>
    </message>
    <message>
        <source>There is too little to judge by: the newest part, which is held out for that, has only {0} turns of the chosen speaker, and short ones. A longer chat would tell.</source>
        <translation>可用来评判的内容太少：为评判而留出的最新部分中，所选发言者只有 {0} 次简短的发言。更长的聊天记录才能得出结论。</translation>
    </message>
    <message>
        <source>It did not help: messages it had never seen surprise it as much as before ({0} %).</source>
        <translation>没有帮助：对从未见过的消息，它和以前一样意外（{0} %）。</translation>
    </message>
    <message>
        <source>It may have helped ({0} %), but that may be chance: the change lies between {1} and {2} %. A longer chat would tell.</source>
        <translation>也许有帮助（{0} %），但也可能是偶然：变化在 {1} % 到 {2} % 之间。更长的聊天记录才能看出来。</translation>
    </message>
    <message>
        <source>It forgot too much of what the base model knew: other text surprises it {0} % more, and at most 3 % is allowed.</source>
        <translation>它忘掉了太多基础模型会的东西：其他文字让它多意外 {0} %，最多允许 3 %。</translation>
    </message>
    <message>
        <source>It recites the chat: among its replies was a run of {0} words from a single message, and at most {1} are allowed. It is not kept, because it would give away what was written in private. A longer chat makes that less likely.</source>
        <translation>它在背诵聊天记录：它的回复里有一条消息中连续的 {0} 个词，最多允许 {1} 个。它不会被保留，因为会泄露私下写的内容。更长的聊天记录会减少这种情况。</translation>
    </message>
    <message>
        <source>Places it had never seen</source>
        <translation>它从未见过的地方</translation>
    </message>
    <message>
        <source>{0} turns of the chosen speaker; {1} more were held out to judge by</source>
        <translation>所选说话人的 {0} 次发言；另外留出 {1} 次用来评判</translation>
    </message>
    <message>
        <source>Learned from</source>
        <translation>学习内容</translation>
    </message>
    <message>
        <source>There is too little to learn from: {0} turns of the chosen speaker, and at least {1} are needed, with some more to judge by.</source>
        <translation>可学习的内容太少：所选发言者只有 {0} 次发言，至少需要 {1} 次，另外还要留一些用来评判。</translation>
    </message>
    <message>
        <source>Perplexity per word</source>
        <translation>每词困惑度</translation>
    </message>
    <message>
        <source>{0} before, {1} after</source>
        <translation>之前 {0}，之后 {1}</translation>
    </message>
    <message>
        <source>Bits per character</source>
        <translation>每字符比特数</translation>
    </message>
    <message>
        <source>Other text</source>
        <translation>其他文字</translation>
    </message>
    <message>
        <source>{0} % more surprising than before</source>
        <translation>比以前多意外 {0} %</translation>
    </message>
    <message>
        <source>no more surprising than before</source>
        <translation>不比以前更意外</translation>
    </message>
    <message>
        <source>Copied from the chat</source>
        <translation>照抄聊天记录</translation>
    </message>
    <message>
        <source>at most {0} words in a row from a single message, in {1} replies</source>
        <translation>在 {1} 条回复中，最多连续照抄一条消息的 {0} 个词</translation>
    </message>
    <message>
        <source>Namely</source>
        <translation>即</translation>
    </message>
    <message>
        <source>Play a guessing game…</source>
        <translation>玩猜猜看…</translation>
    </message>
    <message>
        <source>Find the real answers among the models&apos;, at other places</source>
        <translation>换一些别的地方，从模型的回答中找出真人的回答</translation>
    </message>
    <message>
        <source>Said</source>
        <translation>对方说</translation>
    </message>
    <message>
        <source>Real answer</source>
        <translation>真实回答</translation>
    </message>
    <message>
        <source>Base model</source>
        <translation>基础模型</translation>
    </message>
    <message>
        <source>Personal model</source>
        <translation>个人模型</translation>
    </message>
</context>
<context>
    <name>PersonalReviewPage</name>
    <message>
        <source>Links</source>
        <translation>链接</translation>
    </message>
    <message>
        <source>E-mail addresses</source>
        <translation>电子邮件地址</translation>
    </message>
    <message>
        <source>Phone numbers</source>
        <translation>电话号码</translation>
    </message>
    <message>
        <source>Addresses</source>
        <translation>住址</translation>
    </message>
    <message>
        <source>Card numbers</source>
        <translation>卡号</translation>
    </message>
    <message>
        <source>Bank accounts</source>
        <translation>银行账号</translation>
    </message>
    <message>
        <source>Long numbers</source>
        <translation>长数字</translation>
    </message>
    <message>
        <source>Names below</source>
        <translation>下面的姓名</translation>
    </message>
    <message>
        <source>Link</source>
        <translation>链接</translation>
    </message>
    <message>
        <source>E-mail address</source>
        <translation>电子邮件地址</translation>
    </message>
    <message>
        <source>Phone number</source>
        <translation>电话号码</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>地址</translation>
    </message>
    <message>
        <source>Card number</source>
        <translation>卡号</translation>
    </message>
    <message>
        <source>Bank account</source>
        <translation>银行账户</translation>
    </message>
    <message>
        <source>Long number</source>
        <translation>长数字</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名字</translation>
    </message>
    <message>
        <source>Private data that was found</source>
        <translation>找到的隐私数据</translation>
    </message>
    <message>
        <source>Names to mask too, with commas between them</source>
        <translation>也要遮盖的姓名，用逗号分开</translation>
    </message>
    <message>
        <source>Names to mask</source>
        <translation>要遮盖的姓名</translation>
    </message>
    <message>
        <source>Look for them</source>
        <translation>查找</translation>
    </message>
    <message>
        <source>What is ticked is replaced by a word such as [phone] before anything is learned. This search is careful, but it cannot find everything.</source>
        <translation>勾选的内容会在学习之前换成 [phone] 这样的词。查找很仔细，但不可能找到全部。</translation>
    </message>
    <message>
        <source>{0} ({1})</source>
        <translation>{0}（{1}）</translation>
    </message>
    <message numerus="yes">
        <source>%n finding(s) shown</source>
        <translation>
            <numerusform>显示 %n 处</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PersonalSpeakerPage</name>
    <message>
        <source>People in this chat</source>
        <translation>聊天中的人</translation>
    </message>
    <message>
        <source>Name of the new model</source>
        <translation>新模型的名称</translation>
    </message>
    <message>
        <source> minutes</source>
        <translation> 分钟</translation>
    </message>
    <message>
        <source>Longest training time in minutes</source>
        <translation>最长训练时间（分钟）</translation>
    </message>
    <message>
        <source>Whose messages?</source>
        <translation>学谁的消息？</translation>
    </message>
    <message>
        <source>What for?</source>
        <translation>做什么用？</translation>
    </message>
    <message>
        <source>Time at most</source>
        <translation>最长时间</translation>
    </message>
    <message>
        <source>Talk like this person</source>
        <translation>像这个人一样说话</translation>
    </message>
    <message>
        <source>The model answers as this person would. Takes some minutes.</source>
        <translation>模型像这个人一样回答。需要几分钟。</translation>
    </message>
    <message>
        <source>Know this person</source>
        <translation>了解这个人</translation>
    </message>
    <message>
        <source>Wren stays Wren and learns your language and your subjects. Takes some minutes.</source>
        <translation>Wren 还是 Wren，但会学习你的语言和话题。需要几分钟。</translation>
    </message>
    <message>
        <source>Talk like this person, at once</source>
        <translation>马上像这个人一样说话</translation>
    </message>
    <message>
        <source>Talk like me</source>
        <translation>像我一样说话</translation>
    </message>
    <message>
        <source>The model answers as you would. Takes some minutes.</source>
        <translation>模型会像你那样回答。需要几分钟。</translation>
    </message>
    <message>
        <source>Know me</source>
        <translation>了解我</translation>
    </message>
    <message>
        <source>Wren stays Wren and learns your language and your subjects, and the replies that you edited, liked or kept. Takes some minutes.</source>
        <translation>Wren 还是 Wren，只是学习你的语言和话题，以及你编辑过、点赞过或选用的回复。需要几分钟。</translation>
    </message>
    <message>
        <source>Talk like me, at once</source>
        <translation>马上像我一样说话</translation>
    </message>
    <message>
        <source>Reply as I like it</source>
        <translation>按我喜欢的方式回复</translation>
    </message>
    <message>
        <source>Wren learns from the replies that you edited, liked or kept. Takes some minutes.</source>
        <translation>Wren 从你编辑过、点赞过或选用的回复中学习。需要几分钟。</translation>
    </message>
    <message>
        <source>Reply as I like it, at once</source>
        <translation>马上按我喜欢的方式回复</translation>
    </message>
    <message>
        <source>Nothing is trained: words are looked up in a memory of the chat. Works with little text.</source>
        <translation>不做训练：从聊天记录的记忆中查词。文字很少也能用。</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>You</source>
        <translation>你</translation>
    </message>
    <message>
        <source>{0}: {1} messages</source>
        <translation>{0}：{1} 条消息</translation>
    </message>
    <message>
        <source>{0}, {1} to learn from</source>
        <translation>{0}，其中 {1} 条可供学习</translation>
    </message>
    <message>
        <source>{0} (probably you)</source>
        <translation>{0}（可能是你）</translation>
    </message>
    <message>
        <source>Read {0} messages of your conversations with this program.</source>
        <translation>已读取你与本程序对话中的 {0} 条消息。</translation>
    </message>
    <message>
        <source>Of {0} replies {1} can be learned from: {2} edited by you, {3} liked, {4} kept after another version.</source>
        <translation>{0} 条回复中有 {1} 条可供学习：你编辑过 {2} 条，点赞 {3} 条，在多个版本中选用 {4} 条。</translation>
    </message>
    <message>
        <source>No reply can be learned from yet: edit it, like it, or go on after choosing among its versions.</source>
        <translation>目前还没有可供学习的回复：请编辑、点赞，或在选定某个版本后继续对话。</translation>
    </message>
    <message>
        <source>All other replies are only read as what you answered to.</source>
        <translation>其余回复只作为你所回应的上文来读取。</translation>
    </message>
    <message>
        <source>Read {0} entries, used {1}.</source>
        <translation>读取 {0} 条，使用 {1} 条。</translation>
    </message>
    <message>
        <source>{0} ({1})</source>
        <translation>{0}（{1}）</translation>
    </message>
    <message>
        <source>Left out: {0}.</source>
        <translation>略去：{0}。</translation>
    </message>
    <message>
        <source>My Wren</source>
        <translation>我的 Wren</translation>
    </message>
    <message>
        <source>That is too little to learn from: about {0} messages are the least.</source>
        <translation>内容太少，无法学习：至少需要大约 {0} 条消息。</translation>
    </message>
    <message>
        <source>That is not much to learn from: it may not help, and you will be told.</source>
        <translation>可学的内容不多：可能没有帮助，会如实告诉你。</translation>
    </message>
</context>
<context>
    <name>PersonalTrainingPage</name>
    <message>
        <source>Reading the chat…</source>
        <translation>正在读取聊天记录…</translation>
    </message>
    <message>
        <source>Measuring the model as it is…</source>
        <translation>正在测量现有模型…</translation>
    </message>
    <message>
        <source>Learning…</source>
        <translation>正在学习…</translation>
    </message>
    <message>
        <source>Choosing how far to go…</source>
        <translation>正在选择走多远…</translation>
    </message>
    <message>
        <source>Checking that it forgot nothing and does not recite the chat…</source>
        <translation>正在检查它有没有遗忘，是否会背诵聊天记录…</translation>
    </message>
    <message>
        <source>Writing the model…</source>
        <translation>正在写入模型…</translation>
    </message>
    <message>
        <source>Progress of the training</source>
        <translation>训练进度</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>What was learned so far is kept; it can go on later.</source>
        <translation>已学到的会保留；以后可以继续。</translation>
    </message>
    <message>
        <source>What it says by now</source>
        <translation>它现在会这么说</translation>
    </message>
    <message>
        <source>You can close this window and go on chatting; the training goes on. If the program is closed, it can be continued later.</source>
        <translation>可以关闭这个窗口继续聊天，训练会继续。如果关闭程序，以后可以接着训练。</translation>
    </message>
    <message>
        <source>Losses while learning</source>
        <translation>学习中的损失</translation>
    </message>
    <message>
        <source>Nothing yet.</source>
        <translation>还没有。</translation>
    </message>
    <message>
        <source>loss on held-out messages, which it never learns from</source>
        <translation>留出消息上的损失（从不用于学习）</translation>
    </message>
    <message>
        <source>loss on what it learns from</source>
        <translation>学习用消息上的损失</translation>
    </message>
    <message>
        <source>Said: {0}
It answers: {1}</source>
        <translation>对方说：{0}
它回答：{1}</translation>
    </message>
    <message>
        <source>the model as it was</source>
        <translation>原来的模型</translation>
    </message>
    <message>
        <source>Step {0} of {1}</source>
        <translation>第 {0} 步，共 {1} 步</translation>
    </message>
    <message numerus="yes">
        <source>about %n minute(s) left</source>
        <translation>
            <numerusform>大约还剩 %n 分钟</numerusform>
        </translation>
    </message>
    <message>
        <source>less than a minute left</source>
        <translation>还剩不到一分钟</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>继续</translation>
    </message>
</context>
<context>
    <name>PreferencesDialog</name>
    <message>
        <source>Preferences</source>
        <translation>首选项</translation>
    </message>
    <message>
        <source>Pages</source>
        <translation>页面</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>外观</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>聊天</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>速度</translation>
    </message>
    <message>
        <source>Privacy and storage</source>
        <translation>隐私与存储</translation>
    </message>
    <message>
        <source>The desktop&apos;s own</source>
        <translation>与桌面相同</translation>
    </message>
    <message>
        <source>As the desktop</source>
        <translation>与桌面相同</translation>
    </message>
    <message>
        <source>&amp;Theme</source>
        <translation>主题(&amp;T)</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>&amp;Size</source>
        <translation>大小(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Font</source>
        <translation>字体(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Language</source>
        <translation>语言(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Reduce motion</source>
        <translation>减少动态效果(&amp;R)</translation>
    </message>
    <message>
        <source>This computer has no font for: {0}. Such text shows as boxes; About names what to install.</source>
        <translation>这台电脑缺少以下文字的字体：{0}。这类文字会显示为方框；“关于”中列出了需要安装的字体。</translation>
    </message>
    <message>
        <source>The included one</source>
        <translation>程序自带的模型</translation>
    </message>
    <message>
        <source>&amp;Send with</source>
        <translation>发送键(&amp;S)</translation>
    </message>
    <message>
        <source>Enter</source>
        <translation>Enter</translation>
    </message>
    <message>
        <source>Ctrl+Enter</source>
        <translation>Ctrl+Enter</translation>
    </message>
    <message>
        <source>&amp;Model of new conversations</source>
        <translation>新对话的模型(&amp;M)</translation>
    </message>
    <message>
        <source>Suggest the next &amp;words while writing</source>
        <translation>书写时建议接下来的文字(&amp;W)</translation>
    </message>
    <message>
        <source>Show &amp;times</source>
        <translation>显示时间(&amp;T)</translation>
    </message>
    <message>
        <source>Show &amp;how fast replies were written</source>
        <translation>显示生成速度(&amp;H)</translation>
    </message>
    <message>
        <source>More threads are not always faster: on a busy computer one thread often writes fastest. A change takes effect at the next start.</source>
        <translation>线程并非越多越快：电脑繁忙时，单个线程往往最快。更改在下次启动时生效。</translation>
    </message>
    <message>
        <source>Processor &amp;threads</source>
        <translation>处理器线程(&amp;T)</translation>
    </message>
    <message>
        <source>automatic</source>
        <translation>自动</translation>
    </message>
</context>
<context>
    <name>PresetRow</name>
    <message>
        <source>&amp;Preset</source>
        <translation>预设(&amp;P)</translation>
    </message>
    <message>
        <source>Preset</source>
        <translation>预设</translation>
    </message>
    <message>
        <source>Custom</source>
        <translation>自定义</translation>
    </message>
    <message>
        <source>Reset to default</source>
        <translation>恢复默认</translation>
    </message>
    <message>
        <source>Go back to the settings the program starts with</source>
        <translation>恢复程序启动时的设置</translation>
    </message>
    <message>
        <source>Neutral</source>
        <translation>中性</translation>
    </message>
    <message>
        <source>Changed by hand.</source>
        <translation>手动调整。</translation>
    </message>
</context>
<context>
    <name>PrivacyPage</name>
    <message>
        <source>Nothing you write leaves this computer. The program opens a connection only when you ask it to download a model; there is no account, no telemetry and no update check of its own.</source>
        <translation>您写的任何内容都不会离开这台电脑。只有在您要求下载模型时，程序才会连接网络；没有账户，没有遥测，也不会自行检查更新。</translation>
    </message>
    <message>
        <source>The files are not encrypted. Only your user account may read them, but whoever can use your account, your disk or your backups can read your conversations. If that matters, encrypt the disk. Deleted conversations are kept for a month, so that they can be brought back, and then erased.</source>
        <translation>这些文件没有加密。只有您的用户账户可以读取，但能使用您的账户、磁盘或备份的人都能读到您的对话。如果这很重要，请加密磁盘。已删除的对话会保留一个月以便恢复，之后彻底清除。</translation>
    </message>
    <message>
        <source>&amp;Open folder</source>
        <translation>打开文件夹(&amp;O)</translation>
    </message>
    <message>
        <source>&amp;Refresh</source>
        <translation>刷新(&amp;R)</translation>
    </message>
    <message numerus="yes">
        <source>%n file(s), {0}</source>
        <translation>
            <numerusform>%n 个文件，{0}</numerusform>
        </translation>
    </message>
    <message>
        <source>yes</source>
        <translation>是</translation>
    </message>
    <message>
        <source>no</source>
        <translation>否</translation>
    </message>
    <message>
        <source>Files the program keeps</source>
        <translation>程序保存的文件</translation>
    </message>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>What it is</source>
        <translation>内容</translation>
    </message>
    <message>
        <source>Your words</source>
        <translation>含您的文字</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
</context>
<context>
    <name>Problem</name>
    <message>
        <source>The disk with {path} is full; free some space, then try again. What was saved is safe.</source>
        <translation>{path} 所在的磁盘已满；请腾出一些空间后重试。已保存的内容是安全的。</translation>
    </message>
    <message>
        <source>The disk of {folder} is full; make room and try again, what was fetched is kept.</source>
        <translation>{folder} 所在的磁盘已满；请腾出空间后重试，已下载的部分会保留。</translation>
    </message>
    <message>
        <source>{path} cannot be written; give yourself write permission or set CHATBOT_HOME to another folder.</source>
        <translation>无法写入 {path}；请为自己添加写入权限，或将 CHATBOT_HOME 设为其他文件夹。</translation>
    </message>
    <message>
        <source>The chat database {path} is damaged; restart the program, which then keeps the file aside and goes on with the latest backup.</source>
        <translation>聊天数据库 {path} 已损坏；请重新启动程序，程序会保留该文件，并使用最近的备份继续。</translation>
    </message>
    <message>
        <source>Another program holds the chat database {path}; close it, then try again.</source>
        <translation>另一个程序正在占用聊天数据库 {path}；请关闭它后重试。</translation>
    </message>
    <message>
        <source>The chats in {path} were saved by a newer version of this program; install that version to open them.</source>
        <translation>{path} 中的聊天记录由本程序的更新版本保存；请安装该版本后再打开。</translation>
    </message>
    <message>
        <source>{path} is a database of another program; move it away, or set CHATBOT_HOME to another folder.</source>
        <translation>{path} 是其他程序的数据库；请将它移走，或将 CHATBOT_HOME 设为其他文件夹。</translation>
    </message>
    <message>
        <source>{path} cannot be opened ({reason}); check that its folder exists and may be written.</source>
        <translation>无法打开 {path}（{reason}）；请检查所在文件夹是否存在且可写入。</translation>
    </message>
    <message>
        <source>Reading or writing {path} failed ({reason}); check the disk.</source>
        <translation>读写 {path} 失败（{reason}）；请检查磁盘。</translation>
    </message>
    <message>
        <source>This text is too large to be saved; split it into smaller messages.</source>
        <translation>这段文字太大，无法保存；请拆成较小的消息。</translation>
    </message>
    <message>
        <source>This conversation was deleted; bring it back from the deleted conversations to open it.</source>
        <translation>此对话已被删除；请先在“已删除的对话”中恢复它，然后再打开。</translation>
    </message>
    <message>
        <source>The program is already running with the chats in {path}; use that window, or close it first.</source>
        <translation>程序已在运行，并使用 {path} 中的聊天记录；请使用那个窗口，或先将其关闭。</translation>
    </message>
    <message>
        <source>{path} cannot be written ({reason}); choose another place.</source>
        <translation>无法写入 {path}（{reason}）；请选择其他位置。</translation>
    </message>
    <message>
        <source>{path} cannot be read ({reason}); choose another file.</source>
        <translation>无法读取 {path}（{reason}）；请选择其他文件。</translation>
    </message>
    <message>
        <source>{path} is too large ({megabytes} MB); export fewer conversations at a time.</source>
        <translation>{path} 太大（{megabytes} MB）；请每次少导出一些对话。</translation>
    </message>
    <message>
        <source>{path} is not a complete JSON file; choose a file that this program exported.</source>
        <translation>{path} 不是完整的 JSON 文件；请选择由本程序导出的文件。</translation>
    </message>
    <message>
        <source>{path} is not an export of this program; choose a file that it wrote as JSON.</source>
        <translation>{path} 不是本程序导出的文件；请选择由本程序以 JSON 格式导出的文件。</translation>
    </message>
    <message>
        <source>{path} was written by a newer version of this program; update, then import it.</source>
        <translation>{path} 由本程序的更新版本写入；请更新后再导入。</translation>
    </message>
    <message>
        <source>{path} was altered or is incomplete ({reason}); nothing was imported.</source>
        <translation>{path} 被改动过或不完整（{reason}）；没有导入任何内容。</translation>
    </message>
    <message>
        <source>There is nothing to learn from yet: chat with the program first.</source>
        <translation>还没有可供学习的内容：请先和本程序聊天。</translation>
    </message>
    <message>
        <source>The settings could not be saved to {path}; they stay as they are until the program ends.</source>
        <translation>无法将设置保存到 {path}；设置在程序结束前保持有效。</translation>
    </message>
    <message>
        <source>The saved memory of this conversation is damaged; it is read again from the text.</source>
        <translation>此对话保存的记忆已损坏；将根据文字重新读取。</translation>
    </message>
    <message>
        <source>The saved memory of this conversation belongs to another model; it is read again from the text.</source>
        <translation>此对话保存的记忆属于另一个模型；将根据文字重新读取。</translation>
    </message>
    <message>
        <source>{host} does not answer; check the connection and try again.</source>
        <translation>{host} 没有响应；请检查网络连接后重试。</translation>
    </message>
    <message>
        <source>The connection to {host} failed ({reason}); check the connection and try again.</source>
        <translation>与 {host} 的连接失败（{reason}）；请检查网络连接后重试。</translation>
    </message>
    <message>
        <source>{host} has a problem (status {status}); try again later.</source>
        <translation>{host} 出现问题（状态码 {status}）；请稍后重试。</translation>
    </message>
    <message>
        <source>{address} was not found; check the address.</source>
        <translation>找不到 {address}；请检查地址。</translation>
    </message>
    <message>
        <source>{address} does not allow this download; check the address.</source>
        <translation>{address} 不允许下载；请检查地址。</translation>
    </message>
    <message>
        <source>The download has come to a halt; check the connection and try again.</source>
        <translation>下载已停滞；请检查网络连接后重试。</translation>
    </message>
    <message>
        <source>{address} ended early; try again.</source>
        <translation>{address} 提前中断；请重试。</translation>
    </message>
    <message>
        <source>{path} cannot be written to; choose another folder for models or change its rights.</source>
        <translation>无法写入 {path}；请为模型选择其他文件夹，或更改其权限。</translation>
    </message>
    <message>
        <source>The disk of {path} has {free} MB free, but {needed} MB are needed; make room or choose another folder for models.</source>
        <translation>{path} 所在的磁盘剩余 {free} MB，但需要 {needed} MB；请腾出空间，或为模型选择其他文件夹。</translation>
    </message>
    <message>
        <source>A model called {model} is installed already; remove it first or ask for it to be replaced.</source>
        <translation>名为 {model} 的模型已安装；请先将其移除，或选择替换它。</translation>
    </message>
    <message>
        <source>{file} of {model} is missing; install the model again.</source>
        <translation>{model} 的 {file} 缺失；请重新安装该模型。</translation>
    </message>
    <message>
        <source>{file} of the model {model} is altered: its SHA-256 is {found} instead of {expected}; install the model again.</source>
        <translation>模型 {model} 的 {file} 已被改动：其 SHA-256 为 {found}，应为 {expected}；请重新安装该模型。</translation>
    </message>
    <message>
        <source>{file} of the model {model} has {size} bytes instead of {expected_size}; it is cut off or altered, install the model again.</source>
        <translation>模型 {model} 的 {file} 有 {size} 字节，应为 {expected_size} 字节；文件被截断或改动，请重新安装该模型。</translation>
    </message>
    <message>
        <source>PyTorch is missing, so no model can write; install the program again.</source>
        <translation>缺少 PyTorch，模型无法生成文字；请重新安装程序。</translation>
    </message>
    <message>
        <source>The disk is full</source>
        <translation>磁盘已满</translation>
    </message>
    <message>
        <source>Cannot write</source>
        <translation>无法写入</translation>
    </message>
    <message>
        <source>The chat database</source>
        <translation>聊天数据库</translation>
    </message>
    <message>
        <source>Nothing was imported</source>
        <translation>没有导入任何内容</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>The model cannot be used</source>
        <translation>无法使用该模型</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>记忆</translation>
    </message>
    <message>
        <source>A mistake in the program</source>
        <translation>程序错误</translation>
    </message>
    <message>
        <source>Something went wrong</source>
        <translation>出了点问题</translation>
    </message>
    <message>
        <source>The program made a mistake ({0}). Your chats are saved; the log has the details for a report.</source>
        <translation>程序出错（{0}）。您的聊天记录已保存；日志中有可用于报告的详细信息。</translation>
    </message>
</context>
<context>
    <name>ScopeRow</name>
    <message>
        <source>Use for &amp;this conversation only</source>
        <translation>仅用于此对话(&amp;T)</translation>
    </message>
    <message>
        <source>This conversation has its own settings.</source>
        <translation>此对话使用自己的设置。</translation>
    </message>
    <message>
        <source>Changes apply to all conversations without settings of their own.</source>
        <translation>更改适用于所有没有自己设置的对话。</translation>
    </message>
</context>
<context>
    <name>SearchResultsModel</name>
    <message>
        <source>You</source>
        <translation>您</translation>
    </message>
    <message>
        <source>Wren</source>
        <translation>Wren</translation>
    </message>
</context>
<context>
    <name>SeedRow</name>
    <message>
        <source>random</source>
        <translation>随机</translation>
    </message>
    <message>
        <source>Random</source>
        <translation>随机</translation>
    </message>
    <message>
        <source>A new seed each time</source>
        <translation>每次使用新的种子</translation>
    </message>
    <message>
        <source>Takes a new seed for each reply; another click brings yours back.</source>
        <translation>每条回复使用新的种子；再次点击恢复您的种子。</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Copy the last used seed</source>
        <translation>复制上次使用的种子</translation>
    </message>
    <message>
        <source>Use again</source>
        <translation>再次使用</translation>
    </message>
    <message>
        <source>Use the last used seed again</source>
        <translation>再次使用上次的种子</translation>
    </message>
    <message>
        <source>Last used: none yet</source>
        <translation>上次使用：尚无</translation>
    </message>
    <message>
        <source>Last used: {0}</source>
        <translation>上次使用：{0}</translation>
    </message>
</context>
<context>
    <name>SettingsPanel</name>
    <message>
        <source>Drawing the next token</source>
        <translation>抽取下一个词元</translation>
    </message>
    <message>
        <source>Avoiding repetition</source>
        <translation>避免重复</translation>
    </message>
    <message>
        <source>Choosing the reply</source>
        <translation>选择回复</translation>
    </message>
    <message>
        <source>Length</source>
        <translation>长度</translation>
    </message>
    <message>
        <source>Repeating a reply</source>
        <translation>重现回复</translation>
    </message>
    <message>
        <source>Reply settings</source>
        <translation>回复设置</translation>
    </message>
    <message>
        <source>&amp;Explain each setting</source>
        <translation>说明每项设置(&amp;E)</translation>
    </message>
</context>
<context>
    <name>ShortcutsDialog</name>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>键盘快捷键</translation>
    </message>
    <message>
        <source>Search actions and keys</source>
        <translation>搜索操作和按键</translation>
    </message>
    <message>
        <source>No action matches.</source>
        <translation>没有匹配的操作。</translation>
    </message>
    <message>
        <source>Action</source>
        <translation>操作</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>按键</translation>
    </message>
</context>
<context>
    <name>SkipReasons</name>
    <message>
        <source>pictures and files</source>
        <translation>图片和文件</translation>
    </message>
    <message>
        <source>notes of the messenger</source>
        <translation>聊天软件的提示</translation>
    </message>
    <message>
        <source>deleted messages</source>
        <translation>已删除的消息</translation>
    </message>
    <message>
        <source>messages of bots</source>
        <translation>机器人的消息</translation>
    </message>
    <message>
        <source>forwarded messages</source>
        <translation>转发的消息</translation>
    </message>
    <message>
        <source>quotes</source>
        <translation>引用</translation>
    </message>
    <message>
        <source>reactions</source>
        <translation>表情回应</translation>
    </message>
    <message>
        <source>calls</source>
        <translation>通话</translation>
    </message>
    <message>
        <source>empty messages</source>
        <translation>空消息</translation>
    </message>
    <message>
        <source>hidden parts</source>
        <translation>隐藏的部分</translation>
    </message>
    <message>
        <source>other versions of a message</source>
        <translation>同一消息的其他版本</translation>
    </message>
    <message>
        <source>messages that were there twice</source>
        <translation>重复的消息</translation>
    </message>
    <message>
        <source>lines that cannot be read</source>
        <translation>无法读取的行</translation>
    </message>
</context>
<context>
    <name>TrainingButton</name>
    <message>
        <source>Personal model in the making</source>
        <translation>正在制作的个人模型</translation>
    </message>
    <message>
        <source>Learning is paused</source>
        <translation>学习已暂停</translation>
    </message>
    <message>
        <source>Learning, {0} %</source>
        <translation>正在学习，{0}%</translation>
    </message>
    <message>
        <source>Learning…</source>
        <translation>正在学习…</translation>
    </message>
    <message>
        <source>Checking…</source>
        <translation>正在检查…</translation>
    </message>
    <message>
        <source>A personal model is being made. You can go on chatting; click to see how far it is.</source>
        <translation>正在制作个人模型。你可以继续聊天；点击查看进度。</translation>
    </message>
    <message>
        <source>Result ready</source>
        <translation>结果已出</translation>
    </message>
    <message>
        <source>The training of a personal model has ended; click to see the result.</source>
        <translation>个人模型的训练已结束；点击查看结果。</translation>
    </message>
</context>
<context>
    <name>TranscriptPane</name>
    <message>
        <source>New text</source>
        <translation>新内容</translation>
    </message>
    <message>
        <source>To the end</source>
        <translation>到末尾</translation>
    </message>
    <message>
        <source>New text below. Go to the newest message</source>
        <translation>下方有新内容。转到最新消息</translation>
    </message>
    <message>
        <source>Go to the newest message</source>
        <translation>转到最新消息</translation>
    </message>
</context>
<context>
    <name>TranscriptView</name>
    <message>
        <source>Conversation</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>{0}: {1}</source>
        <translation>{0}：{1}</translation>
    </message>
</context>
<context>
    <name>UnfinishedTrainings</name>
    <message>
        <source>Give up</source>
        <translation>放弃</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>The training of “{0}” is not finished.</source>
        <translation>“{0}”的训练还没有完成。</translation>
    </message>
    <message>
        <source>The training of “{0}” is not finished, and what it was to learn is not known any more.</source>
        <translation>“{0}”的训练还没有完成，但已经不知道它要学习什么了。</translation>
    </message>
    <message>
        <source>The training of “{0}” is not finished. To go on, put {1} back where it was.</source>
        <translation>“{0}”的训练还没有完成。要继续，请把 {1} 放回原处。</translation>
    </message>
    <message>
        <source>{0}: {1}</source>
        <translation>{0}：{1}</translation>
    </message>
</context>
<context>
    <name>WindowClosing</name>
    <message>
        <source>Your last words could not be saved, so the window stays open. Free some space on the disk or copy the text elsewhere. If you close the window again, it closes, and what is not saved is lost.</source>
        <translation>您最后写下的内容未能保存，因此窗口保持打开。请腾出一些磁盘空间，或将文字复制到别处。如果再次关闭窗口，窗口将关闭，未保存的内容会丢失。</translation>
    </message>
</context>
<context>
    <name>WindowCommands</name>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>“{0}” is there already. Replace it?</source>
        <translation>“{0}”已经存在。要替换它吗？</translation>
    </message>
    <message>
        <source>Replace</source>
        <translation>替换</translation>
    </message>
    <message>
        <source>Import conversations</source>
        <translation>导入对话</translation>
    </message>
</context>
<context>
    <name>WindowMenus</name>
    <message>
        <source>&amp;Conversation</source>
        <translation>对话(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Message</source>
        <translation>消息(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>视图(&amp;V)</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>帮助(&amp;H)</translation>
    </message>
</context>
<context>
    <name>core</name>
    <message>
        <source>Temperature</source>
        <translation>温度</translation>
    </message>
    <message>
        <source>Higher makes surprising words more likely, lower makes the likeliest words likelier still; 0 always takes the likeliest, 1 leaves the model as it is.</source>
        <translation>值越高，意外的词越可能出现；值越低，最可能的词越占优势；0 总是取最可能的词，1 保持模型原样。</translation>
    </message>
    <message>
        <source>Top-k</source>
        <translation>Top-k</translation>
    </message>
    <message>
        <source>Only this many of the likeliest tokens may be drawn; 0 switches it off.</source>
        <translation>只能从最可能的这么多个词元中抽取；0 为关闭。</translation>
    </message>
    <message>
        <source>Top-p</source>
        <translation>Top-p</translation>
    </message>
    <message>
        <source>Only the likeliest tokens that together reach this probability may be drawn; 1 switches it off.</source>
        <translation>只能从概率之和达到此值的最可能词元中抽取；1 为关闭。</translation>
    </message>
    <message>
        <source>Min-p</source>
        <translation>Min-p</translation>
    </message>
    <message>
        <source>Leaves out tokens whose probability is below this share of the likeliest token&apos;s; 0 switches it off.</source>
        <translation>舍去概率低于最可能词元此比例的词元；0 为关闭。</translation>
    </message>
    <message>
        <source>Typical</source>
        <translation>典型性</translation>
    </message>
    <message>
        <source>Keeps the tokens whose surprise is closest to the average surprise, until they together reach this probability; 1 switches it off.</source>
        <translation>保留意外程度最接近平均值的词元，直到概率之和达到此值；1 为关闭。</translation>
    </message>
    <message>
        <source>Repetition penalty</source>
        <translation>重复惩罚</translation>
    </message>
    <message>
        <source>Makes tokens that were used recently less likely, the more the higher; 1 switches it off.</source>
        <translation>降低最近用过的词元的概率，值越高降得越多；1 为关闭。</translation>
    </message>
    <message>
        <source>Repetition window</source>
        <translation>重复窗口</translation>
    </message>
    <message>
        <source>How many of the latest tokens the repetition penalty looks back on; 0 switches the penalty off.</source>
        <translation>重复惩罚回看最近多少个词元；0 为关闭惩罚。</translation>
    </message>
    <message>
        <source>No-repeat length</source>
        <translation>不重复长度</translation>
    </message>
    <message>
        <source>A run of this many tokens may not occur twice in one reply; 0 switches it off.</source>
        <translation>同一回复中不得两次出现这么长的相同词元序列；0 为关闭。</translation>
    </message>
    <message>
        <source>Whole names</source>
        <translation>名字完整</translation>
    </message>
    <message>
        <source>Candidates</source>
        <translation>候选数</translation>
    </message>
    <message>
        <source>How many replies are drawn at once, of which the best is shown; 1 shows the first one drawn.</source>
        <translation>一次抽取多少条回复并显示其中最好的一条；1 则直接显示抽到的第一条。</translation>
    </message>
    <message>
        <source>Relevance</source>
        <translation>相关性</translation>
    </message>
    <message>
        <source>When candidates are ranked, prefers replies that fit this conversation over replies that would fit any; 0 switches it off.</source>
        <translation>为候选排序时，优先选择切合本对话的回复，而不是放在哪里都行的回复；0 为关闭。</translation>
    </message>
    <message>
        <source>Shortest reply</source>
        <translation>最短回复</translation>
    </message>
    <message>
        <source>A reply may not end before it has this many tokens; 0 switches it off.</source>
        <translation>回复在达到这么多词元之前不能结束；0 为关闭。</translation>
    </message>
    <message>
        <source>Longest reply</source>
        <translation>最长回复</translation>
    </message>
    <message>
        <source>A reply ends after this many tokens at the latest.</source>
        <translation>回复最迟在这么多词元后结束。</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>种子</translation>
    </message>
    <message>
        <source>The same seed, settings and conversation give the same reply again; -1 takes a new seed each time.</source>
        <translation>相同的种子、设置和对话会得到相同的回复；-1 表示每次使用新的种子。</translation>
    </message>
    <message>
        <source>Careful</source>
        <translation>谨慎</translation>
    </message>
    <message>
        <source>Stays close to the likeliest words and picks the best of many replies.</source>
        <translation>贴近最可能的词，并从多条回复中选出最好的。</translation>
    </message>
    <message>
        <source>Balanced</source>
        <translation>平衡</translation>
    </message>
    <message>
        <source>Sensible and still varied; a good start.</source>
        <translation>合理而不失变化，适合入门。</translation>
    </message>
    <message>
        <source>Lively</source>
        <translation>活泼</translation>
    </message>
    <message>
        <source>More surprising words, still checked against the conversation.</source>
        <translation>用词更出人意料，但仍会对照对话进行检查。</translation>
    </message>
    <message>
        <source>Wild</source>
        <translation>狂野</translation>
    </message>
    <message>
        <source>Anything goes; expect nonsense now and then.</source>
        <translation>百无禁忌，偶尔会胡言乱语。</translation>
    </message>
    <message>
        <source>Repeatable</source>
        <translation>可重现</translation>
    </message>
    <message>
        <source>Always takes the likeliest word, so the same words get the same reply.</source>
        <translation>总是取最可能的词，因此相同的话得到相同的回复。</translation>
    </message>
    <message>
        <source>Neutral</source>
        <translation>中性</translation>
    </message>
    <message>
        <source>Every option off: the model&apos;s own distribution, one reply, no filters.</source>
        <translation>所有选项关闭：模型自身的分布，一条回复，没有过滤。</translation>
    </message>
    <message>
        <source>Colours of the window: as the desktop, light or dark.</source>
        <translation>窗口的颜色：与桌面相同、浅色或深色。</translation>
    </message>
    <message>
        <source>Size of text and controls in percent.</source>
        <translation>文字和控件的大小（百分比）。</translation>
    </message>
    <message>
        <source>Font of the window; the desktop&apos;s own unless one is named.</source>
        <translation>窗口的字体；未指定时使用桌面的字体。</translation>
    </message>
    <message>
        <source>The key that sends: Enter (with Shift for a new line), or Ctrl+Enter (Enter for a new line).</source>
        <translation>发送消息的按键：Enter（Shift+Enter 换行），或 Ctrl+Enter（Enter 换行）。</translation>
    </message>
    <message>
        <source>The model of new conversations; the one that comes with the program unless one is named.</source>
        <translation>新对话使用的模型；未指定时使用程序自带的模型。</translation>
    </message>
    <message>
        <source>Show changes at once instead of moving them.</source>
        <translation>直接显示变化，不使用动画。</translation>
    </message>
    <message>
        <source>A rare word that a reply repeats from the conversation is repeated exactly, neither cut short nor drawn out; 0 switches it off.</source>
        <translation>回复重复对话中的生僻词（如名字）时，会原样写出，既不截断也不添字；0 为关闭。</translation>
    </message>
    <message>
        <source>Language of the window; takes effect at the next start.</source>
        <translation>窗口的语言；下次启动时生效。</translation>
    </message>
    <message>
        <source>Processor threads the model may use; 0 lets the program choose.</source>
        <translation>模型可使用的处理器线程数；0 由程序决定。</translation>
    </message>
    <message>
        <source>Whether the list of conversations is open.</source>
        <translation>是否打开对话列表。</translation>
    </message>
    <message>
        <source>Whether the panel of reply settings is open.</source>
        <translation>是否打开回复设置面板。</translation>
    </message>
    <message>
        <source>Whether the reply settings are explained below each of them.</source>
        <translation>是否在每项回复设置下方显示说明。</translation>
    </message>
    <message>
        <source>Whether the picture of the next token is open.</source>
        <translation>是否打开下一个词元的图示。</translation>
    </message>
    <message>
        <source>Whether the next words are suggested behind the cursor while you write; Tab takes them, Esc hides them.</source>
        <translation>书写时是否在光标后建议接下来的文字；按 Tab 采用，按 Esc 隐藏。</translation>
    </message>
    <message>
        <source>Whether messages show when they were written.</source>
        <translation>是否显示消息的时间。</translation>
    </message>
    <message>
        <source>Whether replies show how fast they were written.</source>
        <translation>是否显示回复的生成速度。</translation>
    </message>
    <message>
        <source>How replies are drawn, for all conversations that do not have settings of their own.</source>
        <translation>回复的抽取方式，适用于所有没有自己设置的对话。</translation>
    </message>
</context>
</TS>
